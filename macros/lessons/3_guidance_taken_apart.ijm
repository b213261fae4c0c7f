// Lesson 3, guidance taken apart: the noise that the model predicts with the words and without them, their difference, and
// pictures for which it is multiplied by more and more. Saved as lesson-3.jpg in the folder given as argument.
var sheet, side, folder, step;
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
prompt = "many green nuclei on a dark background";
step = 18;
run("Text to Image...", "steps=20 seed=42 split=true noise=true prompt=[" + prompt + "]");
side = getWidth();
begin("Lesson 3 Guidance taken apart", 5, 2);
without = one(newest("Unconditional noise by step"), "without");
with = one(newest("Conditional noise by step"), "with");
guided = one(newest("Noise by step"), "guided");
imageCalculator("Subtract create 32-bit", with, without);
difference = getImageID();
setMinAndMax(-0.3, 0.3);
explain(0, 0, "The noise at step\n" + step + " of 20, one of\n4 channels: blue is\nbelow 0, orange\nabove.\nBelow: pictures.");
write(1, 0, "without words");
put(without, 1, 1, 1, 0);
write(2, 0, "with the words");
put(with, 1, 1, 2, 0);
write(3, 0, "difference, × 10");
put(difference, 1, 1, 3, 0);
write(4, 0, "first + 4 × third");
put(guided, 1, 1, 4, 0);
scales = newArray("1", "2", "4", "8", "16");
for (i = 0; i < scales.length; i++) {
	run("Text to Image...", "steps=20 seed=42 guidance=" + scales[i] + " prompt=[" + prompt + "]");
	put(getImageID(), 1, 1, i, 1);
	write(i, 1, "guidance " + scales[i]);
}
end("lesson-3");

// The first channel of a stack at the step, from -3 to 3.
function one(stack, title) {
	selectImage(stack);
	run("Duplicate...", "title=" + title + " duplicate channels=1 frames=" + step);
	setMinAndMax(-3, 3);
	return getImageID();
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
