// Twenty pairs of a picture and its labels, as StarDist and Cellpose are trained with: random ellipses, each painted as
// a nucleus. The folder given as argument gets images/01.tif, masks/01.tif, … and training-pairs.png, some on a sheet.
pairs = 20;
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
if (folder != "") File.makeDirectory(folder + "/images");
if (folder != "") File.makeDirectory(folder + "/masks");

random("seed", 7);
setBatchMode(true);
newImage("Training pairs", "RGB white", 5 * 130 - 2, 258, 1);
sheet = getImageID();
for (pair = 1; pair <= pairs; pair++) {
	drawCells();
	drawn = getImageID();
	run("Image to Image...", "rois=overlay labels=true strength=0.45 feather=2 detail=1 seed=" + pair + " prompt=[white nuclei on a dark background]");
	run("Remove Overlay");
	keep("images", 0);
	selectImage("Labels");
	run("3-3-2 RGB");
	keep("masks", 130);
	selectImage(drawn);
	close();
}
if (folder != "") save(folder + "/training-pairs.png");
setBatchMode(false);

// Draws up to nine ellipses, which become the overlay, and the noise of a camera.
function drawCells() {
	newImage("Cells", "8-bit black", 128, 128, 1);
	run("Add...", "value=20");
	for (i = 0; i < 9; i++) {
		x = 15 + 42 * (i % 3) + 16 * random;
		y = 15 + 42 * floor(i / 3) + 16 * random;
		angle = PI * random;
		radius = 9 + 6 * random;
		if (random < 0.85) {
			makeEllipse(x - radius * cos(angle), y - radius * sin(angle), x + radius * cos(angle), y + radius * sin(angle), 0.6 + 0.3 * random);
			setColor(100 + 80 * random);
			fill();
			run("Add Selection...");
		}
	}
	run("Select None");
	run("Gaussian Blur...", "sigma=1.5");
	for (y = 0; y < 128; y++) {
		for (x = 0; x < 128; x++) setPixel(x, y, maxOf(0, getPixel(x, y) + 5 * random("gaussian")));
	}
}

// Saves and closes the active image; the first five are copied to a row of the sheet.
function keep(kind, y) {
	image = getImageID();
	if (folder != "") save(folder + "/" + kind + "/" + IJ.pad(pair, 2) + ".tif");
	if (pair <= 5) {
		run("RGB Color");
		run("Copy");
		selectImage(sheet);
		makeRectangle((pair - 1) * 130, y, 128, 128);
		run("Paste");
		run("Select None");
		selectImage(image);
	}
	close();
}
