// What pictures of one prompt have in common, and where they differ: mean and standard deviation of the brightness over
// twelve seeds, as two 32-bit images. Saved in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
n = 12;

setBatchMode(true);
for (seed = 1; seed <= n; seed++) {
	run("Text to Image...", "steps=10 seed=" + seed + " prompt=[many green nuclei on a dark background]");
	run("8-bit");
	run("32-bit");
	picture = getImageID();
	if (seed == 1) {
		newImage("Mean", "32-bit black", getWidth(), getHeight(), 1);
		mean = getImageID();
		newImage("Standard deviation", "32-bit black", getWidth(), getHeight(), 1);
		deviation = getImageID();
	}
	imageCalculator("Add", mean, picture);
	selectImage(picture);
	run("Square");
	imageCalculator("Add", deviation, picture);
	selectImage(picture);
	close();
}

// The variance is the mean of the squares less the square of the mean.
divide(mean);
divide(deviation);
imageCalculator("Multiply create 32-bit", mean, mean);
square = getImageID();
imageCalculator("Subtract", deviation, square);
selectImage(square);
close();
selectImage(deviation);
run("Square Root");
finish("standard deviation");
selectImage(mean);
finish("mean");
setBatchMode("exit and display");

function divide(id) {
	selectImage(id);
	for (y = 0; y < getHeight(); y++) {
		for (x = 0; x < getWidth(); x++) setPixel(x, y, getPixel(x, y) / n);
	}
}

function finish(name) {
	resetMinAndMax();
	print(name + " " + d2s(getValue("Mean"), 2));
	if (folder != "") save(folder + "/" + name + ".tif");
}
