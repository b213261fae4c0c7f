// What three schedulers plan that differ in where their steps lie: plots of sigma and alpha-bar against the step, and a table
// with a row for each evaluation of the U-Net. Saved, with a plot of all schedulers, in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
if (folder != "") {
	File.makeDirectory(folder);
	run("Show Schedule...", "steps=20 scheduler=all");
	save(folder + "/schedules.png");
	close("Sigma by step");
	close("Alpha-bar by step");
}
run("Show Schedule...", "steps=20 scheduler=euler,euler_k,dpmpp_2m_k");
print(Table.size + " evaluations; the first is at sigma " + Table.get("sigma", 0));
if (folder != "") {
	save(folder + "/karras.png");
	selectWindow("Alpha-bar by step");
	save(folder + "/karras-alpha-bar.png");
}
