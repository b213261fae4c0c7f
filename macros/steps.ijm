// What happens at each step of a run, on one sheet. From above: latents and predicted noise in the colours that they stand for,
// and the predicted picture. Saved as steps.png in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
run("Text to Image...", "steps=10 seed=42 montage=true prompt=[many green nuclei on a dark background]");
selectImage(newest("Montage"));
if (folder != "") save(folder + "/steps.png");
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
