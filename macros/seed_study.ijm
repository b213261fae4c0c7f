// What pictures of one prompt have in common, and where they differ: mean and standard deviation of the brightness over
// many seeds, as 32-bit images in the folder given as argument.
folder = getArgument();
if (folder == "") folder = "target";
n = 12;

for (seed = 1; seed <= n; seed++) {
	run("Text to Image...", "steps=10 seed=" + seed + " prompt=[many green nuclei on a dark background]");
	run("8-bit");
	run("32-bit");
	rename("Picture");
	if (seed == 1) {
		newImage("Mean", "32-bit black", getWidth(), getHeight(), 1);
		newImage("Squares", "32-bit black", getWidth(), getHeight(), 1);
	}
	imageCalculator("Add", "Mean", "Picture");
	selectImage("Picture");
	run("Square");
	imageCalculator("Add", "Squares", "Picture");
	selectImage("Picture");
	close();
}
selectImage("Mean");
divide(n);
save(folder + "/mean.tif");
meanBrightness = getValue("Mean");

// The variance is the mean of the squares less the square of the mean.
selectImage("Squares");
divide(n);
selectImage("Mean");
run("Square");
imageCalculator("Subtract", "Squares", "Mean");
selectImage("Squares");
run("Square Root");
rename("Standard deviation");
save(folder + "/standard deviation.tif");
print(n + " seeds: mean " + d2s(meanBrightness, 2) + ", standard deviation " + d2s(getValue("Mean"), 2));

function divide(divisor) {
	for (y = 0; y < getHeight(); y++) {
		for (x = 0; x < getWidth(); x++) setPixel(x, y, getPixel(x, y) / divisor);
	}
}
