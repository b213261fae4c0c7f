// Lesson 6, inversion: the steps run backwards, from a picture to the noise of which the model makes it; and forwards again
// from that noise with other words. Things keep their places. Saved as lesson-6.jpg in the folder given as argument.
var sheet, side, folder;
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
prompt = "many green nuclei on a dark background";
run("Text to Image...", "steps=20 seed=42 prompt=[" + prompt + "]");
picture = getImageID();
side = getWidth();
begin("Lesson 6 Inversion", 5, 2);
write(0, 0, "the picture");
put(picture, 1, 1, 0, 0);
selectImage(picture);
steps = 40;
run("Invert...", "steps=" + steps + " latents=true prompt=[" + prompt + "]");
noise = getImageID();
way = newest("Latents by step");
for (i = 0; i < 4; i++) {
	back = (i + 1) * steps / 4;
	selectImage(way);
	Stack.setFrame(back + 1);
	run("Decode Latent...", "precision=auto");
	put(getImageID(), 1, 1, i + 1, 0);
	write(i + 1, 0, "" + back + " steps back");
}
others = newArray(prompt, "many red nuclei on a dark background", "many green vesicles on a dark background", "many green nuclei on a bright background");
names = newArray("the same words", "red nuclei", "green vesicles", "on bright");
explain(0, 1, "Above: the noise is\nadded that the\nmodel expects.\nBelow: " + steps + " steps from\nthere, with other\nwords.");
for (i = 0; i < others.length; i++) {
	selectImage(noise);
	run("Denoise Latent...", "guidance=1 prompt=[" + others[i] + "]");
	write(i + 1, 1, names[i]);
	put(newest("Denoised picture"), 1, 1, i + 1, 1);
}
end("lesson-6");

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
