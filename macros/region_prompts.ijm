// Nuclei at the left, mitochondria at the right: each region of a picture is painted by the name of its ROI, in one run.
// The sheet shows three seeds; it is saved as region-prompts.png in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
newImage("Region prompts", "RGB white", 3 * 194 - 2, 146, 1);
sheet = getImageID();
setFont("SansSerif", 12, "antialiased");
setColor("black");
newImage("Empty", "RGB black", 192, 128, 1);
empty = getImageID();
addRegion("many green nuclei", 0);
addRegion("green mitochondria", 96);
for (seed = 1; seed <= 3; seed++) {
	selectImage(empty);
	run("Image to Image...", "rois=overlay regions=true strength=1 seed=" + seed + " prompt=[a dark background]");
	run("Remove Overlay");
	run("Copy");
	close();
	selectImage(sheet);
	makeRectangle((seed - 1) * 194, 18, 192, 128);
	run("Paste");
	run("Select None");
	drawString("seed " + seed, (seed - 1) * 194 + 2, 16);
}
selectImage(empty);
close();
if (folder != "") save(folder + "/region-prompts.png");
setBatchMode(false);

function addRegion(prompt, x) {
	makeRectangle(x, 0, 96, 128);
	Roi.setName(prompt);
	run("Add Selection...");
	run("Select None");
}
