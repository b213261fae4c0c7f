// An oval of a picture made over, as one picture in the folder given as argument: the picture, the oval with a sharp
// edge, with a feathered edge, and with a feathered edge while the model sees what surrounds it.
folder = getArgument();
if (folder == "") folder = "target";
settings = newArray("", "feather=8", "feather=8 context=64");

run("Text to Image...", "seed=5 prompt=[many green nuclei on a dark background]");
rename("Input");
makeOval(30, 34, 62, 55);
newImage("Selection", "RGB white", 4 * 130 - 2, 128, 1);
show("Input", 0);
for (i = 0; i < settings.length; i++) {
	selectImage("Input");
	run("Image to Image...", "strength=0.8 seed=3 " + settings[i] + " prompt=[many green mitochondria on a dark background]");
	rename("Made over");
	show("Made over", i + 1);
	selectImage("Made over");
	close();
}
selectImage("Input");
getSelectionCoordinates(x, y);
selectImage("Selection");
setColor(255, 255, 0);
for (i = 0; i < x.length; i++) drawLine(x[i], y[i], x[(i + 1) % x.length], y[(i + 1) % x.length]);
save(folder + "/selection.png");

function show(title, column) {
	selectImage(title);
	if (title != "Input") run("Select None");
	roi = selectionType();
	if (roi >= 0) run("Select None");
	run("Copy");
	if (roi >= 0) run("Restore Selection");
	selectImage("Selection");
	makeRectangle(column * 130, 0, 128, 128);
	run("Paste");
	run("Select None");
}
