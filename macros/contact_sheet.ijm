// A sheet of pictures with their words: a row for each structure, a column for each way to say it. Saved as
// contact-sheet.png in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
structures = newArray("nuclei", "actin filaments", "mitochondria", "cell membranes", "vesicles", "microtubules");
ways = newArray("several green #\non a dark background", "many red #", "few large yellow #\non a dark background",
	"many small cyan #\non a black background", "bright magenta #", "dim blue #\non a dark background",
	"several orange #\non a gray background", "several blue #\non a bright background");

size = 128;
left = 120;
top = 34;
setBatchMode(true);
newImage("Contact sheet", "RGB white", left + ways.length * (size + 2) - 2, top + structures.length * (size + 2) - 2, 1);
sheet = getImageID();
setFont("SansSerif", 10, "antialiased");
setColor("black");
for (row = 0; row < structures.length; row++) drawString(structures[row], 4, top + row * (size + 2) + size / 2);
for (column = 0; column < ways.length; column++) {
	drawString(replace(ways[column], "#", "…"), left + column * (size + 2), 15);
	for (row = 0; row < structures.length; row++) {
		prompt = replace(replace(ways[column], "#", structures[row]), "\n", " ");
		run("Text to Image...", "seed=" + column + " prompt=[" + prompt + "]");
		run("Copy");
		close();
		selectImage(sheet);
		makeRectangle(left + column * (size + 2), top + row * (size + 2), size, size);
		run("Paste");
	}
}
run("Select None");
if (folder != "") save(folder + "/contact-sheet.png");
setBatchMode("exit and display");
