// One picture by each of the schedulers, on one labelled sheet. Saved as schedulers.jpg in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
names = split("ddim ddpm deis deis_k lms lms_k pndm heun heun_k euler euler_k euler_a kdpm_2 kdpm_2_k kdpm_2_a " +
	"kdpm_2_a_k dpmpp_2s dpmpp_2s_k dpmpp_2m dpmpp_2m_k dpmpp_3m dpmpp_3m_k dpmpp_2m_sde dpmpp_2m_sde_k dpmpp_sde " +
	"dpmpp_sde_k unipc unipc_k lcm tcd ipndm dpmpp_2s_a heunpp2 dpmpp_3m_sde gradient_estimation res_multistep er_sde " +
	"sa_solver restart", " ");

setBatchMode(true);
newImage("Schedulers", "RGB white", 7 * 130, 6 * 146, 1);
sheet = getImageID();
setFont("SansSerif", 11, "antialiased");
setColor("black");
for (i = 0; i < names.length; i++) {
	run("Text to Image...", "steps=20 seed=42 scheduler=" + names[i] + " prompt=[many green nuclei on a dark background]");
	run("Copy");
	close();
	selectImage(sheet);
	x = (i % 7) * 130;
	y = floor(i / 7) * 146;
	makeRectangle(x, y + 16, 128, 128);
	run("Paste");
	run("Select None");
	drawString(names[i], x + 2, y + 15);
}
if (folder != "") {
	File.makeDirectory(folder);
	saveAs("Jpeg", folder + "/schedulers.jpg");
}
setBatchMode("exit and display");
