// An oval of a picture repainted, on one sheet: before, with a sharp edge, with a feathered edge, and while the model
// sees what surrounds it. Saved as selection.png in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
settings = newArray("", "feather=8", "feather=8 context=64");
captions = newArray("before", "sharp edge", "feather 8", "… and context 64");

setBatchMode(true);
newImage("Selection", "RGB white", captions.length * 130 - 2, 146, 1);
sheet = getImageID();
setFont("SansSerif", 12, "antialiased");
setColor("black");
for (i = 0; i < captions.length; i++) drawString(captions[i], i * 130 + 2, 16);
run("Text to Image...", "seed=5 prompt=[many green nuclei on a dark background]");
input = getImageID();
copyTo(0);
for (i = 0; i < settings.length; i++) {
	selectImage(input);
	makeOval(30, 34, 62, 55);
	run("Image to Image...", "strength=0.8 seed=3 " + settings[i] + " prompt=[many green mitochondria on a dark background]");
	copyTo(i + 1);
	close();
}
selectImage(input);
getSelectionCoordinates(x, y);
selectImage(sheet);
setColor(255, 255, 0);
for (i = 0; i < x.length; i++) drawLine(x[i], y[i] + 18, x[(i + 1) % x.length], y[(i + 1) % x.length] + 18);
if (folder != "") save(folder + "/selection.png");
setBatchMode(false);

// Copies the active image to a column of the sheet.
function copyTo(column) {
	image = getImageID();
	run("Select None");
	run("Copy");
	selectImage(sheet);
	makeRectangle(column * 130, 18, 128, 128);
	run("Paste");
	run("Select None");
	selectImage(image);
}
