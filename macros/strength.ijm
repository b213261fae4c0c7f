// What strength does, on one sheet: a drawn picture, and a region of it repainted with strength 0.3, 0.5, 0.7 and 0.9; a row
// for each prompt. Saved as strength.png in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
prompts = newArray("several green nuclei on a dark background", "green mitochondria on a dark background");
strengths = newArray("0", "0.3", "0.5", "0.7", "0.9");

setBatchMode(true);
newImage("Sample", "RGB black", 192, 160, 1);
sample = getImageID();
setColor(10, 10, 10);
fill();
random("seed", 1);
setColor(0, 180, 60);
for (i = 0; i < 30; i++) fillOval(random() * 176, random() * 140, 16, 20);
newImage("Strength", "RGB white", strengths.length * 194 - 2, prompts.length * 180 - 2, 1);
sheet = getImageID();
setFont("SansSerif", 12, "antialiased");
setColor("black");
for (row = 0; row < prompts.length; row++) {
	for (column = 0; column < strengths.length; column++) {
		selectImage(sample);
		makeRectangle(32, 16, 128, 128);
		if (column > 0) run("Image to Image...", "strength=" + strengths[column] + " seed=42 prompt=[" + prompts[row] + "]");
		run("Select None");
		run("Copy");
		if (column > 0) close();
		selectImage(sheet);
		makeRectangle(column * 194, row * 180 + 18, 192, 160);
		run("Paste");
		run("Select None");
		drawString(strengths[column], column * 194 + 2, row * 180 + 16);
	}
	drawString(replace(prompts[row], " on a dark background", "…"), 30, row * 180 + 16);
}
if (folder != "") save(folder + "/strength.png");
setBatchMode(false);
