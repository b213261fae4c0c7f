// Repaints every image of a folder, which it asks for; the results lie in a folder beside it. Run again, it goes on where it was stopped.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") exit("Give the folder of the images as argument.");
if (folder == "") folder = getDirectory("Folder of the images");
if (endsWith(folder, "/") || endsWith(folder, "\\")) folder = substring(folder, 0, lengthOf(folder) - 1);
line = "run(\"Image to Image...\", \"strength=0.5 slices=all prompt=[several green nuclei on a dark background]\");";
run("Batch...", "seed=42 input=[" + folder + "] output=[" + folder + " repainted] line=[" + line + "]");
for (i = 0; i < Table.size("Batch"); i++) {
	print(File.getName(Table.getString("input", i, "Batch")) + ": " + Table.getString("status", i, "Batch"));
}
