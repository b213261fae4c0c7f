// A picture repainted with every strength (slices) and every guidance (frames), as one hyperstack. Saved as sweep.tif in the
// folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
strengths = newArray(0.3, 0.5, 0.7, 0.9);
guidances = newArray(1, 4, 8);

setBatchMode(true);
run("Text to Image...", "seed=5 prompt=[several green nuclei on a dark background]");
input = getImageID();
newImage("Sweep", "RGB black", getWidth(), getHeight(), strengths.length * guidances.length);
sweep = getImageID();
Stack.setDimensions(1, strengths.length, guidances.length);
for (g = 0; g < guidances.length; g++) {
	for (s = 0; s < strengths.length; s++) {
		selectImage(input);
		settings = "strength=" + strengths[s] + " guidance=" + guidances[g];
		run("Image to Image...", settings + " seed=42 prompt=[green mitochondria on a dark background]");
		run("Select All");
		run("Copy");
		close();
		selectImage(sweep);
		Stack.setPosition(1, s + 1, g + 1);
		run("Paste");
		run("Select None");
		setMetadata("Label", "strength " + strengths[s] + ", guidance " + guidances[g]);
	}
}
if (folder != "") save(folder + "/sweep.tif");
setBatchMode(false);
