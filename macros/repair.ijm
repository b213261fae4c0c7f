// Repairs the selection of the active image, or all ROIs of the ROI Manager, from what is around them. Without any it
// draws a micrograph with dust, a hair and a dead block, repairs them, and shows both on a sheet, which is saved as
// repair.png in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
managed = !matches("" + call("ij.plugin.frame.RoiManager.getName", "0"), "null"); // opens no manager
drawn = nImages == 0 || (!managed && selectionType == -1);
setBatchMode(true);
if (drawn) {
	drawMicrograph();
	areas = 4;
} else {
	areas = 1;
	if (managed) areas = roiManager("count");
}
source = getImageID();
repaired = source;
for (i = 0; i < areas; i++) {
	selectImage(repaired);
	if (drawn) selectDirt(i);
	else if (managed) roiManager("select", i);
	repair(i);
	before = repaired;
	repaired = getImageID();
	if (before != source) {
		selectImage(before);
		close();
	}
}
selectImage(repaired);
run("Select None");
rename("Repaired");
if (drawn) showBoth();
setBatchMode("exit and display");

// Repairs the selection of the active image as the dialog does; the result becomes the active image.
function repair(seed) {
	getSelectionBounds(x, y, width, height);
	longer = maxOf(width, height);
	context = maxOf(floor((128 - longer) / 2), floor(longer / 6));
	feather = minOf(4, floor(minOf(width, height) / 12));
	scale = "false";
	if (longer + 2 * context > 192) scale = "true";
	run("Image to Image...", "model=repair steps=10 strength=1 guidance=1 seed=" + seed + " feather=" + feather + " context=" + context + " scale=" + scale + " intensity=around detail=1 level=true prompt=[]");
}

// Draws cells on an uneven background, the noise of a camera, and dirt.
function drawMicrograph() {
	random("seed", 3);
	newImage("Micrograph", "32-bit black", 256, 256, 1);
	for (i = 0; i < 70; i++) {
		size = 10 + 18 * random;
		setColor(30 + 70 * random);
		fillOval(270 * random - 20, 270 * random - 20, size, size * (0.7 + 0.5 * random));
	}
	run("Gaussian Blur...", "sigma=1.5");
	run("Macro...", "code=v=v+70+18*sin(x/70)+20*y/256");
	for (y = 0; y < 256; y++) {
		for (x = 0; x < 256; x++) setPixel(x, y, getPixel(x, y) + 6 * random("gaussian"));
	}
	setColor(20);
	fillOval(62, 44, 16, 13);
	setColor(235);
	fillOval(176, 70, 11, 12);
	setColor(30);
	setLineWidth(3);
	for (i = 0; i < 40; i++) drawLine(50 + i, 190 + 9 * sin(i / 8), 51 + i, 190 + 9 * sin((i + 1) / 8));
	setColor(0);
	fillRect(168, 168, 24, 24);
	setMinAndMax(0, 255);
	run("8-bit");
}

function selectDirt(i) {
	if (i == 0) makeOval(57, 39, 26, 23);
	if (i == 1) makeOval(171, 65, 21, 22);
	if (i == 2) makePolygon(44, 182, 70, 184, 92, 170, 98, 184, 72, 208, 44, 202);
	if (i == 3) makeRectangle(166, 166, 28, 28);
}

// Copies the drawn image, with outlines of what was selected, and the repaired one to a sheet.
function showBoth() {
	newImage("Repair", "RGB white", 516, 276, 1);
	sheet = getImageID();
	setFont("SansSerif", 12, "antialiased");
	setColor("black");
	drawString("before", 2, 16);
	drawString("repaired", 262, 16);
	copyTo(sheet, source, 0);
	copyTo(sheet, repaired, 260);
	for (i = 0; i < areas; i++) {
		selectImage(source);
		selectDirt(i);
		getSelectionCoordinates(x, y);
		selectImage(sheet);
		setColor(255, 255, 0);
		for (k = 0; k < x.length; k++) drawLine(x[k], y[k] + 20, x[(k + 1) % x.length], y[(k + 1) % x.length] + 20);
	}
	if (folder != "") save(folder + "/repair.png");
	selectImage(source);
	close();
	selectImage(repaired);
	close();
}

function copyTo(sheet, image, x) {
	selectImage(image);
	run("Select None");
	run("Copy");
	selectImage(sheet);
	makeRectangle(x, 20, 256, 256);
	run("Paste");
	run("Select None");
}
