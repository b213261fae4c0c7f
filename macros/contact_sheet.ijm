// A sheet of pictures in the folder given as argument: a row for each structure, a column for each way to say it.
folder = getArgument();
if (folder == "") folder = "target";
structures = newArray("nuclei", "actin filaments", "mitochondria", "cell membranes", "vesicles", "microtubules");
ways = newArray("several green # on a dark background", "many red #", "few large yellow # on a dark background",
	"many small cyan # on a black background", "bright magenta #", "dim blue # on a dark background",
	"several orange # on a gray background", "several blue # on a bright background");

size = 128;
newImage("Contact sheet", "RGB white", ways.length * (size + 2) - 2, structures.length * (size + 2) - 2, 1);
for (row = 0; row < structures.length; row++) {
	for (column = 0; column < ways.length; column++) {
		prompt = replace(ways[column], "#", structures[row]);
		run("Text to Image...", "seed=" + column + " prompt=[" + prompt + "]");
		run("Copy");
		close();
		selectImage("Contact sheet");
		makeRectangle(column * (size + 2), row * (size + 2), size, size);
		run("Paste");
	}
}
run("Select None");
save(folder + "/contact-sheet.png");
