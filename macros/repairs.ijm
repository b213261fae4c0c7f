// How sure is a repair? A speck in a drawn micrograph is repaired eight times, with eight seeds. The sheet shows the micrograph,
// mean and standard deviation of the repairs; it is saved as repairs.png in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
drawMicrograph();
micrograph = getImageID();
makeOval(51, 53, 27, 25);
run("Image to Image...", "model=repair steps=10 strength=1 guidance=1 seed=1 count=8 batch=4 statistics=true feather=2 context=50 intensity=around detail=1 level=true prompt=[]");
close();
newImage("Repairs", "RGB white", 388, 146, 1);
sheet = getImageID();
setFont("SansSerif", 12, "antialiased");
setColor("black");
show(micrograph, "micrograph", 0);
show(newest("Mean"), "mean of 8 repairs", 130);
deviation = newest("SD");
selectImage(deviation);
run("Fire");
resetMinAndMax();
getMinAndMax(min, max);
show(deviation, "SD, 0 to " + d2s(max, 0), 260);
setColor(255, 255, 0);
drawOval(51, 71, 27, 25);
if (folder != "") save(folder + "/repairs.png");
setBatchMode("exit and display");

// Draws cells, the noise of a camera, and a speck over the border of a cell.
function drawMicrograph() {
	random("seed", 5);
	newImage("Micrograph", "32-bit black", 128, 128, 1);
	for (i = 0; i < 22; i++) {
		size = 14 + 14 * random;
		setColor(50 + 70 * random);
		fillOval(140 * random - 20, 140 * random - 20, size, size * (0.7 + 0.5 * random));
	}
	run("Gaussian Blur...", "sigma=1.5");
	for (y = 0; y < 128; y++) {
		for (x = 0; x < 128; x++) setPixel(x, y, getPixel(x, y) + 70 + 6 * random("gaussian"));
	}
	setColor(250);
	fillOval(56, 57, 17, 16);
	setMinAndMax(0, 255);
	run("8-bit");
}

// Copies an image to the sheet, below a caption, and closes it.
function show(image, caption, x) {
	selectImage(image);
	run("Select None");
	run("RGB Color");
	run("Copy");
	close();
	selectImage(sheet);
	makeRectangle(x, 18, 128, 128);
	run("Paste");
	run("Select None");
	drawString(caption, x + 2, 16);
}

// The latest image whose title begins so: other runs may have left images of the same title.
function newest(title) {
	id = 0;
	for (i = 1; i <= nImages; i++) {
		selectImage(i);
		if (startsWith(getTitle(), title)) id = minOf(id, getImageID());
	}
	return id;
}
