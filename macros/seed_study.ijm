// What pictures of one prompt have in common, and where they differ: mean and standard deviation of each colour over twelve
// seeds, as two 32-bit images. Saved in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";

setBatchMode(true);
run("Text to Image...", "steps=10 seed=1 count=12 batch=6 statistics=true prompt=[many green nuclei on a dark background]");
close();
titles = newArray("SD", "Mean");
for (i = 0; i < titles.length; i++) {
	selectImage(titles[i]);
	Stack.setChannel(2); // green
	print(titles[i] + " " + d2s(getValue("Mean"), 2));
	if (folder != "") save(folder + "/" + titles[i] + ".tif");
}
setBatchMode("exit and display");
