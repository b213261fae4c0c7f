// Shows what the plugin does on one poster: the steps of a run, other seeds, and a region repainted. In the folder given as
// argument it also saves all images, as TIFF and PNG.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target/tour";
if (folder != "") makeFolder(folder);
words = "many green nuclei on a dark background";
setBatchMode(true);
newImage("Tour", "RGB white", 1192, 748, 1);
poster = getImageID();
write(20, 10, 34, "Latent diffusion in ImageJ: \"" + words + "\"");

// 1. A picture of words, and what happened at each of its steps.
run("Text to Image...", "steps=20 seed=42 latents=true noise=true predicted=true decoded=true prompt=[" + words + "]");
picture = getImageID();
savePicture("Text to Image");
latents = newest("Latents by step");
noise = newest("Noise by step");
predicted = newest("Predicted latents by step");
images = newest("Images by step");
saveSteps(latents, "Latents by step");
saveSteps(noise, "Noise by step");
saveSteps(predicted, "Predicted latents by step");
saveSteps(images, "Images by step");
explain(96, "1  Noise", "latents: 4 numbers\nfor 8 × 8 pixels\n(one of them shown)");
explain(226, "2  Predict", "the U-Net finds\nthe noise in them");
explain(356, "3  Subtract", "and what the picture\nwould be; steps 2 and\n3 repeat");
frames = newArray(1, 3, 6, 9, 12, 16, 20);
for (i = 0; i < frames.length; i++) {
	write(13, 152 + i * 130, 62, "step " + frames[i]);
	drawFrame(latents, frames[i], 152 + i * 130, 68);
	drawFrame(noise, frames[i], 152 + i * 130, 198);
	drawFrame(images, frames[i], 152 + i * 130, 328);
}
write(13, 1062, 62, "at the end");
drawFrame(latents, 21, 1062, 68);
write(13, 1062, 322, "4  Decode");
place(picture, 1062, 328);

// 2. Its latents, and the picture that is decoded from them.
selectImage(picture);
run("Show Latent...", "precision=auto");
saveSteps(getImageID(), "Latents");
run("Decode Latent...", "precision=auto");
savePicture("Decoded");

// 3. A region of a drawn picture, repainted.
drawSample(256, 192);
sample = getImageID();
savePicture("Sample");
makeOval(72, 36, 112, 112);
run("Image to Image...", "strength=0.7 seed=3 feather=8 context=24 detail=1 level=true prompt=[several green nuclei on a dark background]");
repainted = getImageID();
savePicture("Image to Image");
explain(520, "Image to Image", "a selection of a\ndrawn picture is\nrepainted, with a\nsoft edge and its\nnoise; the rest stays");
place(sample, 152, 498);
place(repainted, 410, 498);
selectImage(poster);
setColor(255, 255, 0);
drawOval(224, 534, 112, 112);
write(13, 152, 709, "before, with the selection");
write(13, 410, 709, "after, strength 0.7");

// 4. The same words and another seed: another picture.
for (seed = 1; seed <= 3; seed++) {
	run("Text to Image...", "seed=" + seed + " prompt=[" + words + "]");
	savePicture("Seed " + seed);
	place(getImageID(), 672 + seed * 130, 498);
	write(13, 672 + seed * 130, 645, "seed " + seed);
}
write(13, 802, 664, "The same words, other first noise: other pictures.");

selectImage(poster);
if (folder != "") {
	save(folder + "/poster.png");
	print("Look into " + folder);
}
setBatchMode(false);

// Draws soft nuclei with a texture, and the noise of a camera, in green.
function drawSample(width, height) {
	random("seed", 4);
	newImage("Sample", "32-bit black", width, height, 1);
	nuclei = getImageID();
	for (i = 0; i < 42; i++) {
		setColor(0.5 + 0.5 * random);
		size = 16 + 8 * random;
		fillOval(random * width - 10, random * height - 10, size, size * (0.8 + 0.5 * random));
	}
	run("Gaussian Blur...", "sigma=1.5");
	newImage("Texture", "32-bit black", width, height, 1);
	texture = getImageID();
	addNoise(1);
	run("Gaussian Blur...", "sigma=2");
	run("Multiply...", "value=2");
	run("Add...", "value=1");
	imageCalculator("Multiply", nuclei, texture);
	selectImage(texture);
	close();
	selectImage(nuclei);
	run("Multiply...", "value=150");
	run("Add...", "value=4");
	addNoise(2);
	setMinAndMax(0, 255);
	run("8-bit");
	run("Green");
	run("RGB Color");
}

function addNoise(deviation) {
	for (y = 0; y < getHeight; y++) {
		for (x = 0; x < getWidth; x++) setPixel(x, y, getPixel(x, y) + deviation * random("gaussian"));
	}
}

// A text on the poster.
function write(points, x, y, text) {
	selectImage(poster);
	setFont("SansSerif", points, "antialiased");
	setColor("black");
	drawString(text, x, y);
}

// A heading on the poster's left, with lines below it.
function explain(y, heading, lines) {
	write(16, 10, y, heading);
	write(12, 10, y + 20, lines);
}

// Puts an image on the poster.
function place(id, x, y) {
	selectImage(id);
	run("Select None");
	run("Copy");
	getDimensions(width, height, channels, slices, count);
	selectImage(poster);
	makeRectangle(x, y, width, height);
	run("Paste");
	run("Select None");
}

// Draws a frame of a stack on the poster in the colours in which ImageJ shows it, enlarged to the size of a picture.
function drawFrame(stack, frame, left, top) {
	selectImage(stack);
	getDimensions(width, height, channels, slices, count);
	Stack.setPosition(minOf(2, channels), 1, frame);
	zoom = 128 / width;
	isColour = bitDepth() == 24;
	values = newArray(width * height);
	for (i = 0; i < values.length; i++) values[i] = getPixel(i % width, floor(i / width));
	if (!isColour) {
		getMinAndMax(min, max);
		getLut(reds, greens, blues);
	}
	selectImage(poster);
	for (i = 0; i < values.length; i++) {
		if (isColour) setColor((values[i] >> 16) & 255, (values[i] >> 8) & 255, values[i] & 255);
		else {
			index = minOf(255, maxOf(0, round((values[i] - min) / (max - min) * 255)));
			setColor(reds[index], greens[index], blues[index]);
		}
		fillRect(left + i % width * zoom, top + floor(i / width) * zoom, zoom, zoom);
	}
}

// The active image as TIFF and PNG.
function savePicture(title) {
	if (folder == "") return;
	save(folder + "/" + title + ".tif");
	save(folder + "/" + title + ".png");
	rename(title);
}

// A stack as TIFF, and as PNG with a column for each frame and a row for each channel.
function saveSteps(stack, title) {
	if (folder == "") return;
	selectImage(stack);
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
	selectImage(stack);
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

function makeFolder(path) {
	parent = File.getParent(path);
	if (parent != "" && !File.exists(parent)) makeFolder(parent);
	File.makeDirectory(path);
}
