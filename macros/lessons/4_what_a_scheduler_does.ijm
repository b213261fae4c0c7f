// Lesson 4, what a scheduler does: the same noise, words and model, with 2 to 20 steps of four schedulers. It says how much of
// the predicted noise is subtracted at each step; a better one needs fewer. Saved as lesson-4.jpg in the folder given as argument.
var sheet, side, folder;
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
names = newArray("euler_a", "ddim", "heun", "dpmpp_2m_k");
steps = newArray("2", "4", "8", "20");
for (row = 0; row < names.length; row++) {
	for (i = 0; i < steps.length; i++) {
		run("Text to Image...", "steps=" + steps[i] + " seed=42 scheduler=" + names[row] + " prompt=[many green nuclei on a dark background]");
		image = getImageID();
		if (row + i == 0) {
			side = getWidth();
			begin("Lesson 4 What a scheduler does", 4, 4);
			setFont("SansSerif", 10, "antialiased");
		}
		put(image, 1, 1, i, row);
		write(i, row, "" + names[row] + ", " + steps[i] + " steps");
	}
}
end("lesson-4");

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
