// Makes over every image of the folder given as argument; the results are TIFF files in its folder "made over".
folder = getArgument();
if (folder == "") exit("Give the folder of the images as argument.");
output = folder + "/made over";
File.makeDirectory(output);
files = getFileList(folder);
for (i = 0; i < files.length; i++) {
	if (matches(toLowerCase(files[i]), ".*\\.(tif|tiff|png|jpg|gif)")) {
		open(folder + "/" + files[i]);
		run("Image to Image...", "strength=0.5 seed=42 slices=all prompt=[several green nuclei on a dark background]");
		saveAs("tiff", output + "/" + File.getNameWithoutExtension(files[i]));
		print(files[i] + " -> " + getTitle());
		while (nImages > 0) close();
	}
}
