// Lesson 2, which word did it: where the model looks for each word of a prompt, and the picture when that word is another. The
// first noise is the same, so all that changes is the word's. Saved as lesson-2.jpg in the folder given as argument.
var sheet, side, folder;
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
words = newArray("many", "green", "nuclei", "dark");
others = newArray("few", "red", "vesicles", "gray");
prompt = "many green nuclei on a dark background";
run("Text to Image...", "steps=20 seed=42 attention=true prompt=[" + prompt + "]");
picture = getImageID();
maps = newest("Attention");
side = getWidth();
begin("Lesson 2 Which word did it", 5, 2);
write(0, 0, "the picture");
put(picture, 1, 1, 0, 0);
explain(0, 1, "Above: bright where\nthe model looks for\nthe word.\nBelow: the same\nnoise, with another\nword in its place.");
for (i = 0; i < words.length; i++) {
	write(i + 1, 0, words[i]);
	selectImage(maps);
	channel = channelOf(words[i]);
	resetMinAndMax();
	put(maps, channel, 1, i + 1, 0);
	run("Text to Image...", "steps=20 seed=42 prompt=[" + replace(prompt, words[i], others[i]) + "]");
	put(getImageID(), 1, 1, i + 1, 1);
	write(i + 1, 1, others[i]);
}
end("lesson-2");

// The channel of a word, whose label begins with it.
function channelOf(word) {
	for (c = 1; c <= nSlices; c++) {
		setSlice(c);
		if (startsWith(getInfo("slice.label"), word + ",")) return c;
	}
	exit("The prompt has no token " + word + ".");
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
