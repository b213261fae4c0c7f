// Removes debris: repairs every ROI of the ROI Manager in the active image from what is around it. Without any it draws
// a micrograph with debris, finds the debris by a threshold, and shows before and after on a sheet, which is saved as
// debris.png in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
drawn = nImages == 0 || roiManager("count") == 0;
if (drawn) {
	if (roiManager("count") > 0) exit("Open the image whose debris the ROI Manager holds.");
	drawMicrograph();
	findDebris();
}
source = getImageID();
run("Image to Image...", "model=repair rois=manager areas=each seed=1 steps=10 strength=1 guidance=1 context=52 feather=2 intensity=around detail=1 level=true prompt=[]");
rename("Without debris");
if (drawn) showBoth();
setBatchMode("exit and display");

// Adds what is brighter than all cells to the ROI Manager, with a margin.
function findDebris() {
	setThreshold(220, 255);
	run("Analyze Particles...", "size=15-Infinity add");
	resetThreshold();
	for (i = 0; i < roiManager("count"); i++) {
		roiManager("select", i);
		run("Enlarge...", "enlarge=4");
		roiManager("update");
	}
	roiManager("deselect");
	run("Select None");
}

// Draws cells on an uneven background, debris, and the noise of a camera.
function drawMicrograph() {
	random("seed", 17);
	newImage("Micrograph", "32-bit black", 256, 256, 1);
	for (i = 0; i < 60; i++) {
		size = 10 + 18 * random;
		setColor(30 + 60 * random);
		fillOval(270 * random - 20, 270 * random - 20, size, size * (0.7 + 0.5 * random));
	}
	run("Gaussian Blur...", "sigma=1.5");
	run("Macro...", "code=v=v+70+18*sin(x/70)+20*y/256");
	setColor(245);
	for (i = 0; i < 6; i++) {
		x = 30 + 80 * (i % 3) + 25 * random;
		y = 50 + 100 * floor(i / 3) + 40 * random;
		for (k = 0; k < 5; k++) fillOval(x + 7 * random, y + 7 * random, 3 + 6 * random, 3 + 6 * random);
	}
	run("Add Specified Noise...", "standard=6");
	setMinAndMax(0, 255);
	run("8-bit");
}

// Copies both images to a sheet, the first with the outlines of the ROIs, and closes them.
function showBoth() {
	newImage("Debris", "RGB white", 516, 276, 1);
	sheet = getImageID();
	setFont("SansSerif", 12, "antialiased");
	setColor("black");
	drawString("before", 2, 16);
	drawString("repaired", 262, 16);
	copyTo(sheet, "Without debris", 260);
	selectImage(source);
	run("RGB Color");
	setForegroundColor(255, 255, 0);
	roiManager("draw");
	roiManager("reset");
	copyTo(sheet, getTitle(), 0);
	if (folder != "") save(folder + "/debris.png");
}

function copyTo(sheet, image, x) {
	selectImage(image);
	run("Select None");
	run("Copy");
	close();
	selectImage(sheet);
	makeRectangle(x, 20, 256, 256);
	run("Paste");
	run("Select None");
}
