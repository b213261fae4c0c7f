// A picture made over with every strength (slices) and every guidance (frames), as one hyperstack in the folder given
// as argument.
folder = getArgument();
if (folder == "") folder = "target";
strengths = newArray(0.3, 0.5, 0.7, 0.9);
guidances = newArray(1, 4, 8);

run("Text to Image...", "seed=5 prompt=[several green nuclei on a dark background]");
rename("Input");
newImage("Sweep", "RGB black", getWidth(), getHeight(), strengths.length * guidances.length);
Stack.setDimensions(1, strengths.length, guidances.length);
for (g = 0; g < guidances.length; g++) {
	for (s = 0; s < strengths.length; s++) {
		selectImage("Input");
		settings = "strength=" + strengths[s] + " guidance=" + guidances[g];
		run("Image to Image...", settings + " seed=42 prompt=[green mitochondria on a dark background]");
		run("Select All");
		run("Copy");
		close();
		selectImage("Sweep");
		Stack.setPosition(1, s + 1, g + 1);
		run("Paste");
		run("Select None");
		setMetadata("Label", "strength " + strengths[s] + ", guidance " + guidances[g]);
	}
}
save(folder + "/sweep.tif");
