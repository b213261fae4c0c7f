// Lesson 1, noise and strength: a picture with more and more noise, and what the model makes of each. Little noise leaves the
// picture; noise alone leaves nothing of it. Saved as lesson-1.jpg in the folder given as argument.
var sheet, side, folder;
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
run("Text to Image...", "steps=20 seed=42 prompt=[many green nuclei on a dark background]");
picture = getImageID();
side = getWidth();
begin("Lesson 1 Noise and strength", 6, 2);
write(0, 0, "the picture");
put(picture, 1, 1, 0, 0);
explain(0, 1, "Above: the picture\nwith noise, where\neach run begins.\nBelow: where it ends,\nwith the words\n\"many red vesicles\".");
strengths = newArray("0.2", "0.4", "0.6", "0.8", "1");
for (i = 0; i < strengths.length; i++) {
	selectImage(picture);
	run("Image to Image...", "steps=20 strength=" + strengths[i] + " seed=1 decoded=x prompt=[many red vesicles on a dark background]");
	put(getImageID(), 1, 1, i + 1, 1);
	write(i + 1, 0, "strength " + strengths[i]);
	put(newest("Noisy images by step"), 1, 1, i + 1, 0);
}
end("lesson-1");

// Opens the sheet: columns and rows of pictures, with room for a line of text above each.
function begin(title, columns, rows) {
	newImage(title, "RGB white", columns * (side + 4) - 4, rows * (side + 20), 1);
	sheet = getImageID();
	setFont("SansSerif", 12, "antialiased");
	setColor("black");
}

// Writes above a place of the sheet.
function write(column, row, text) {
	selectImage(sheet);
	drawString(text, column * (side + 4), row * (side + 20) + 17);
}

// Writes lines into a place of the sheet.
function explain(column, row, lines) {
	selectImage(sheet);
	setFont("SansSerif", 11, "antialiased");
	drawString(lines, column * (side + 4), row * (side + 20) + 36);
	setFont("SansSerif", 12, "antialiased");
}

// Puts a channel and a frame of an image into a place of the sheet, in the colours in which ImageJ shows them.
function put(image, channel, frame, column, row) {
	selectImage(image);
	run("Select None");
	which = "";
	if (nSlices > 1) which = " duplicate channels=" + channel + " frames=" + frame;
	run("Duplicate...", "title=copy" + which);
	if (bitDepth() != 24) run("RGB Color");
	run("Size...", "width=" + side + " height=" + side + " depth=1 interpolation=None");
	run("Copy");
	close();
	selectImage(sheet);
	makeRectangle(column * (side + 4), row * (side + 20) + 20, side, side);
	run("Paste");
	run("Select None");
}

// Shows the sheet, and saves it if a folder is named.
function end(name) {
	selectImage(sheet);
	if (folder != "") saveAs("Jpeg", folder + "/" + name + ".jpg");
	setBatchMode("show");
	setBatchMode(false);
}

// The latest image of that title, whatever number it has: other runs may have left images of the same title.
function newest(title) {
	id = 0;
	for (i = 1; i <= nImages; i++) {
		selectImage(i);
		if (matches(getTitle(), title + "(-\\d+)?")) id = minOf(id, getImageID());
	}
	return id;
}
