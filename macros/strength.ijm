// What strength does, as one picture in the folder given as argument: a drawn picture, and a region of it made over
// with strength 0.3, 0.5, 0.7 and 0.9; a row for each prompt.
folder = getArgument();
if (folder == "") folder = "target";
prompts = newArray("several green nuclei on a dark background", "green mitochondria on a dark background");
strengths = newArray("0", "0.3", "0.5", "0.7", "0.9");

newImage("Strength", "RGB white", strengths.length * 194 - 2, prompts.length * 162 - 2, 1);
for (row = 0; row < prompts.length; row++) {
	for (column = 0; column < strengths.length; column++) {
		drawSample();
		makeRectangle(32, 16, 128, 128);
		run("Image to Image...", "strength=" + strengths[column] + " seed=42 prompt=[" + prompts[row] + "]");
		run("Select None");
		run("Copy");
		close();
		selectImage("Strength");
		makeRectangle(column * 194, row * 162, 192, 160);
		run("Paste");
	}
}
run("Select None");
save(folder + "/strength.png");

function drawSample() {
	newImage("Sample", "RGB black", 192, 160, 1);
	setColor(10, 10, 10);
	fill();
	random("seed", 1);
	setColor(0, 180, 60);
	for (i = 0; i < 30; i++) fillOval(random() * 176, random() * 140, 16, 20);
}
