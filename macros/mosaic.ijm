// A picture three times as wide as those that the model was made for, on one sheet: seen by the model as a whole, and in
// tiles of its own size, which fade into one another. Saved as mosaic.png in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
settings = newArray("tile=0", "tile=128 fade=true");
captions = newArray("the whole at once", "tiles of 128 pixels");

setBatchMode(true);
newImage("Mosaic", "RGB white", 384, captions.length * 212 - 2, 1);
sheet = getImageID();
setFont("SansSerif", 12, "antialiased");
setColor("black");
for (row = 0; row < settings.length; row++) {
	run("Text to Image...", "width=384 height=192 steps=10 seed=7 " + settings[row] + " prompt=[many green nuclei on a dark background]");
	run("Copy");
	close();
	selectImage(sheet);
	makeRectangle(0, row * 212 + 18, 384, 192);
	run("Paste");
	run("Select None");
	drawString(captions[row], 2, row * 212 + 16);
}
if (folder != "") save(folder + "/mosaic.png");
setBatchMode(false);
