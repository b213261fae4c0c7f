// Edits a picture by inversion: finds the noise of which the model makes it with one prompt, and makes a picture of that noise
// with another. From the left: the picture, the way back with its own prompt, with another colour, with another structure.
// Saved as edit.png in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
from = "many green nuclei on a dark background";
prompts = newArray(from, "many red nuclei on a dark background", "many green vesicles on a dark background");
run("Text to Image...", "steps=20 seed=42 prompt=[" + from + "]");
picture = getImageID();
width = getWidth();
height = getHeight();
gap = 2;
newImage("Edit", "RGB white", 4 * (width + gap) - gap, height, 1);
sheet = getImageID();
put(picture, 0);
selectImage(picture);
run("Invert...", "steps=50 prompt=[" + from + "]");
noise = getImageID();
for (i = 0; i < prompts.length; i++) {
	selectImage(noise);
	run("Denoise Latent...", "guidance=1 prompt=[" + prompts[i] + "]");
	put(newest("Denoised picture"), i + 1);
}
selectImage(sheet);
if (folder != "") save(folder + "/edit.png");
setBatchMode(false);

// Puts an image into a column of the sheet.
function put(image, column) {
	selectImage(image);
	run("Select All");
	run("Copy");
	selectImage(sheet);
	makeRectangle(column * (width + gap), 0, width, height);
	run("Paste");
	run("Select None");
}

// The latest image whose title begins so: other runs may have left images of the same title.
function newest(title) {
	id = 0;
	for (i = 1; i <= nImages; i++) {
		selectImage(i);
		if (startsWith(getTitle(), title)) id = minOf(id, getImageID());
	}
	return id;
}
