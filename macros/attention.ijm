// Which word made what: the attention to each word of a prompt, laid over the picture that they made, from its least to its
// largest value. Saved as attention.png in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
run("Text to Image...", "steps=20 seed=42 attention=true prompt=[many green nuclei on a dark background]");
picture = getImageID();
width = getWidth();
height = getHeight();
maps = newest("Attention");
words = newArray("many", "green", "nuclei", "dark", "background");
gap = 2;
caption = 16;
newImage("Which word made what", "RGB white", (words.length + 1) * (width + gap) - gap, height + caption, 1);
sheet = getImageID();
put(picture, 0, "the picture");
for (i = 0; i < words.length; i++) {
	selectImage(maps);
	channel = channelOf(words[i]);
	run("Duplicate...", "title=word duplicate channels=" + channel);
	resetMinAndMax();
	run("RGB Color");
	selectImage(picture);
	run("Select None");
	run("Duplicate...", "title=laid");
	run("Add Image...", "image=word x=0 y=0 opacity=50");
	run("Flatten");
	put(getImageID(), i + 1, words[i]);
	close("word*");
	close("laid*");
}
selectImage(sheet);
if (folder != "") save(folder + "/attention.png");
setBatchMode(false);

// The channel of a word, whose label begins with it.
function channelOf(word) {
	for (c = 1; c <= nSlices; c++) {
		setSlice(c);
		if (startsWith(getInfo("slice.label"), word + ",")) return c;
	}
	exit("The prompt has no token " + word + ".");
}

// Puts an image into a column of the sheet, below its name.
function put(image, column, name) {
	selectImage(image);
	run("Select All");
	run("Copy");
	selectImage(sheet);
	setColor("black");
	setFont("SansSerif", 12, "antialiased");
	drawString(name, column * (width + gap), caption - 1);
	makeRectangle(column * (width + gap), caption, width, height);
	run("Paste");
	run("Select None");
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
