// What happens at each step, as one picture in the folder given as argument. From above: latents and predicted noise
// (the second of four channels, eight times enlarged), and the picture as the model believes it at that step.
folder = getArgument();
if (folder == "") folder = "target";
run("Text to Image...", "steps=10 seed=42 latents=true noise=true decoded=true " +
	"prompt=[many green nuclei on a dark background]");

size = 128;
frames = newArray(1, 2, 3, 4, 6, 8, 10);
newImage("Steps", "RGB white", frames.length * (size + 2) - 2, 3 * (size + 2) - 2, 1);
for (column = 0; column < frames.length; column++) {
	x = column * (size + 2);
	drawEnlarged("Latents by step", frames[column], x, 0);
	drawEnlarged("Noise by step", frames[column], x, size + 2);
	selectImage("Images by step");
	Stack.setFrame(frames[column]);
	run("Copy");
	selectImage("Steps");
	makeRectangle(x, 2 * (size + 2), size, size);
	run("Paste");
}
run("Select None");
save(folder + "/steps.png");

// The second channel of a frame with −4…4 as black…white.
function drawEnlarged(title, frame, left, top) {
	selectImage(title);
	Stack.setPosition(2, 1, frame);
	width = getWidth();
	values = newArray(width * getHeight());
	for (i = 0; i < values.length; i++) values[i] = getPixel(i % width, floor(i / width));
	selectImage("Steps");
	zoom = size / width;
	for (i = 0; i < values.length; i++) {
		grey = minOf(255, maxOf(0, round((values[i] + 4) / 8 * 255)));
		setColor(grey, grey, grey);
		fillRect(left + i % width * zoom, top + floor(i / width) * zoom, zoom, zoom);
	}
}
