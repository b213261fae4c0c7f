// Lesson 7, how sure is it: where pictures of the same words agree and where they differ, and how well each of six words helps
// the model to predict noise in one of them. Saved as lesson-7.jpg in the folder given as argument.
var sheet, side, folder;
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
run("Text to Image...", "steps=20 seed=1 prompt=[few large blue nuclei on a dark background]");
picture = getImageID();
side = getWidth();
begin("Lesson 7 How sure is it", 6, 2);
write(0, 0, "the picture");
selectImage(picture);
makeRectangle(side / 4, side / 4, side / 2, side / 2);
run("Image to Image...", "steps=10 strength=0.9 context=" + side / 4 + " seed=1 count=8 batch=8 statistics=true prompt=[few large blue nuclei on a dark background]");
answers = getImageID();
put(picture, 1, 1, 0, 0);
selectImage(sheet);
setColor("yellow");
drawRect(side / 4, side / 4 + 20, side / 2, side / 2);
setColor("black");
for (i = 1; i <= 3; i++) {
	selectImage(answers);
	run("Select None");
	setSlice(i);
	run("Duplicate...", "title=answer");
	put(getImageID(), 1, 1, i, 0);
	write(i, 0, "answer " + i + " of 8");
}
write(4, 0, "mean of all 8");
stack("Mean", 4, 255);
write(5, 0, "SD of all 8");
stack("SD", 5, 80);
selectImage(picture);
run("Select None");
run("Probe Noise...", "trials=2 seed=1");
explain(0, 1, "Above: its middle is\npainted 8 times; the\nSD is bright where\nthe model guesses.\nRight: which word\nfits the picture?");
for (i = 0; i < 6; i++) bar(i);
end("lesson-7");

// Puts the three channels of a 32-bit image into the sheet, from 0 to a value.
function stack(title, column, most) {
	selectImage(newest(title));
	for (c = 1; c <= 3; c++) {
		setSlice(c);
		setMinAndMax(0, most);
	}
	run("RGB Color");
	put(getImageID(), 1, 1, column, 0);
}

// Draws the row of a prompt of the table as a bar.
function bar(row) {
	prompt = Table.getString("prompt", row, "Prompts");
	error = Table.get("error", row, "Prompts");
	probability = Table.get("probability", row, "Prompts");
	selectImage(sheet);
	x = side + 24;
	y = side + 40 + row * side / 6;
	setColor("black");
	drawString(prompt, x, y + 14);
	setColor("#0072b2");
	fillRect(x + 110, y, error * 8 * side, 14);
	setColor("black");
	drawString("error " + d2s(error, 4) + ", probability " + d2s(probability, 3), x + 116 + error * 8 * side, y + 14);
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
