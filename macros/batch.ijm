// Repaints every image of a folder, which it asks for; the results are TIFF files in that folder's "made over".
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") exit("Give the folder of the images as argument.");
if (folder == "") folder = getDirectory("Folder of the images");
output = folder + "/made over";
File.makeDirectory(output);
files = getFileList(folder);
setBatchMode(true);
for (i = 0; i < files.length; i++) {
	if (matches(toLowerCase(files[i]), ".*\\.(tif|tiff|png|jpg|gif)")) {
		open(folder + "/" + files[i]);
		source = getImageID();
		run("Image to Image...", "strength=0.5 seed=42 slices=all prompt=[several green nuclei on a dark background]");
		saveAs("tiff", output + "/" + File.getNameWithoutExtension(files[i]));
		print(files[i] + " -> " + getTitle());
		close();
		selectImage(source);
		close();
	}
}
