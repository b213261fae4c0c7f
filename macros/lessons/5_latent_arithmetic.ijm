// Lesson 5, latent arithmetic: latents are a small image. ImageJ's own commands calculate with it, and the decoder makes a
// picture of what they leave. Saved as lesson-5.jpg in the folder given as argument.
var sheet, side, folder;
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
a = latents("many green nuclei on a dark background", "a");
b = latents("many red vesicles on a dark background", "b");
begin("Lesson 5 Latent arithmetic", 6, 1);
write(0, 0, "a");
decode(a, 0);
write(1, 0, "b");
decode(b, 1);
write(2, 0, "a flipped");
copy(a);
run("Flip Horizontally", "stack");
decode(getImageID(), 2);
write(3, 0, "left of a, right of b");
copy(a);
both = getImageID();
for (c = 1; c <= 4; c++) {
	selectImage(b);
	setSlice(c);
	makeRectangle(getWidth() / 2, 0, getWidth() / 2, getHeight());
	run("Copy");
	selectImage(both);
	setSlice(c);
	makeRectangle(getWidth() / 2, 0, getWidth() / 2, getHeight());
	run("Paste");
}
selectImage(b);
run("Select None");
selectImage(both);
run("Select None");
decode(both, 3);
write(4, 0, "(a + b) / 2");
imageCalculator("Average create 32-bit stack", a, b);
decode(getImageID(), 4);
write(5, 0, "a × 0.5");
copy(a);
run("Multiply...", "value=0.5 stack");
decode(getImageID(), 5);
end("lesson-5");

// The latents of a picture.
function latents(prompt, title) {
	run("Text to Image...", "steps=20 seed=42 prompt=[" + prompt + "]");
	side = getWidth();
	run("Show Latent...", "precision=auto");
	rename(title);
	return getImageID();
}

// A copy of latents, with their Info.
function copy(image) {
	selectImage(image);
	run("Duplicate...", "title=calculated duplicate");
}

// Puts the picture of latents into a column of the sheet.
function decode(image, column) {
	selectImage(image);
	run("Decode Latent...", "precision=auto");
	put(getImageID(), 1, 1, column, 0);
}

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
