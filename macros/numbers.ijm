// A run in numbers: how large latents, noise and prediction are at every step, and how much the words change the prediction.
// Saved as norms.png, cosine.png and numbers.csv in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
run("Text to Image...", "steps=20 seed=42 table=true prompt=[many green nuclei on a dark background]");
last = Table.size - 1;
print("The prediction changed by " + Table.get("change", 1) + " at the second step, by " +
	Table.get("change", last) + " at the last.");
if (folder != "") {
	Table.save(folder + "/numbers.csv");
	selectImage(newest("Norms by step"));
	save(folder + "/norms.png");
	selectImage(newest("Cosine by step"));
	save(folder + "/cosine.png");
}
selectImage(newest("Norms by step"));
setBatchMode(false);

// The latest image whose title begins so: other runs may have left images of the same title.
function newest(title) {
	id = 0;
	for (i = 1; i <= nImages; i++) {
		selectImage(i);
		if (startsWith(getTitle(), title)) id = minOf(id, getImageID());
	}
	return id;
}
