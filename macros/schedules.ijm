// What schedulers plan, as pictures in the folder given as argument: schedules.png has every scheduler, karras.png and
// karras-alpha-bar.png three that differ in where their steps lie.
folder = getArgument();
if (folder == "") folder = "target";
File.makeDirectory(folder);

run("Show Schedule...", "steps=20 scheduler=all");
saveAs("PNG", folder + "/schedules.png");
close("*");
run("Show Schedule...", "steps=20 scheduler=euler,euler_k,dpmpp_2m_k");
saveAs("PNG", folder + "/karras.png");
selectWindow("Alpha-bar by step");
saveAs("PNG", folder + "/karras-alpha-bar.png");

// The numbers stand in a table, with a row for each evaluation of the U-Net.
run("Show Schedule...", "steps=20 scheduler=dpmpp_2m_k");
print("Sigma falls from " + Table.get("sigma", 0) + " to " + Table.get("sigma", Table.size - 1) + " in " + Table.size +
	" evaluations.");
