// All that the plugin does, saved as TIFF and PNG in the folder given as argument.
folder = getArgument();
if (folder == "") folder = "target/tour";
makeFolder(folder);

// 1. A picture of words, and what happened at each of its steps.
run("Text to Image...", "steps=20 seed=42 latents=true noise=true predicted=true decoded=true " +
	"prompt=[many green nuclei on a dark background]");
savePicture("Text to Image");
saveSteps("Latents by step");
saveSteps("Noise by step");
saveSteps("Predicted latents by step");
saveSteps("Images by step");

// 2. Its latents, and the picture that is decoded from them.
selectImage("Text to Image");
run("Show Latent...", "precision=auto");
saveSteps("Latents");
run("Decode Latent...", "precision=auto");
savePicture("Decoded");

// 3. A region of a drawn picture, made over.
newImage("Sample", "RGB black", 256, 192, 1);
setColor(10, 10, 10);
fill();
random("seed", 1);
setColor(0, 180, 60);
for (i = 0; i < 40; i++) fillOval(random() * 240, random() * 172, 16, 20);
savePicture("Sample");
makeRectangle(64, 32, 128, 128);
run("Image to Image...", "strength=0.5 seed=42 prompt=[several green nuclei on a dark background]");
savePicture("Image to Image");

// 4. The same words and another seed: another picture.
for (seed = 1; seed <= 3; seed++) {
	run("Text to Image...", "seed=" + seed + " prompt=[many green nuclei on a dark background]");
	rename("Seed " + seed);
	savePicture("Seed " + seed);
}
print("Look into " + folder);

function savePicture(title) {
	selectImage(title);
	id = getImageID();
	save(folder + "/" + title + ".tif");
	save(folder + "/" + title + ".png");
	rename(title);
}

// A stack as TIFF, and as PNG with a column for each frame and a row for each channel.
function saveSteps(title) {
	selectImage(title);
	stack = getImageID();
	save(folder + "/" + title + ".tif");
	rename(title);
	getDimensions(width, height, channels, slices, frames);
	type = "32-bit black";
	if (bitDepth() == 24) type = "RGB black";
	newImage(title + " side by side", type, width * frames, height * channels, 1);
	sheet = getImageID();
	for (t = 1; t <= frames; t++) {
		for (c = 1; c <= channels; c++) {
			selectImage(stack);
			if (channels * frames > 1) Stack.setPosition(c, 1, t);
			run("Select All");
			run("Copy");
			selectImage(sheet);
			makeRectangle((t - 1) * width, (c - 1) * height, width, height);
			run("Paste");
		}
	}
	run("Select None");
	if (bitDepth() == 32) resetMinAndMax();
	save(folder + "/" + title + ".png");
	close();
	selectImage(title);
}

function makeFolder(path) {
	parent = File.getParent(path);
	if (parent != "" && !File.exists(parent)) makeFolder(parent);
	File.makeDirectory(path);
}
