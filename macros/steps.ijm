// What happens at each step of a run, on one sheet. From above: latents and predicted noise (the same of four channels, eight
// times enlarged), and the predicted picture. Saved as steps.png in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
run("Text to Image...", "steps=10 seed=42 latents=true noise=true decoded=true " +
	"prompt=[many green nuclei on a dark background]");
stacks = newArray(newest("Latents by step"), newest("Noise by step"), newest("Images by step"));

size = 128;
frames = newArray(1, 2, 3, 4, 6, 8, 10);
newImage("Steps", "RGB white", frames.length * (size + 2) - 2, 3 * (size + 2) - 2, 1);
sheet = getImageID();
for (column = 0; column < frames.length; column++) {
	for (row = 0; row < stacks.length; row++) drawFrame(stacks[row], frames[column], column, row);
}
if (folder != "") save(folder + "/steps.png");
setBatchMode(false);

// Draws a frame of a stack in the colours in which ImageJ shows it, enlarged to the size of a picture.
function drawFrame(stack, frame, column, row) {
	selectImage(stack);
	getDimensions(width, height, channels, slices, count);
	channel = minOf(2, channels);
	Stack.setPosition(channel, 1, frame);
	zoom = size / width;
	isColour = bitDepth() == 24;
	values = newArray(width * height);
	for (i = 0; i < values.length; i++) values[i] = getPixel(i % width, floor(i / width));
	if (!isColour) {
		getMinAndMax(min, max);
		getLut(reds, greens, blues);
	}
	selectImage(sheet);
	for (i = 0; i < values.length; i++) {
		if (isColour) setColor((values[i] >> 16) & 255, (values[i] >> 8) & 255, values[i] & 255);
		else {
			index = minOf(255, maxOf(0, round((values[i] - min) / (max - min) * 255)));
			setColor(reds[index], greens[index], blues[index]);
		}
		fillRect(column * (size + 2) + i % width * zoom, row * (size + 2) + floor(i / width) * zoom, zoom, zoom);
	}
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
