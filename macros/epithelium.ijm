// A model that was trained on a folder of TIFF files, without words (src/site/own-models.md). Upper row: pictures of six seeds.
// Lower row: how the first one comes out of noise, in 20 steps. The sheet is saved as epithelium.png in the folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
setBatchMode(true);
newImage("Epithelium", "8-bit white", 792, 298, 1);
sheet = getImageID();
setFont("SansSerif", 12, "antialiased");
setColor("black");

run("Text to Image...", "model=epithelium steps=20 seed=1 count=6 batch=6 prompt=[]");
for (i = 0; i < 6; i++) show(i + 1, "seed " + i + 1, i, 0);
close();
run("Text to Image...", "model=epithelium steps=20 seed=1 decoded=true prompt=[]");
close();
selectImage("Images by step");
shown = newArray(1, 9, 11, 13, 15, 20);
for (i = 0; i < 6; i++) show(shown[i], "step " + shown[i] + " of 20", i, 150);
close();
if (folder != "") save(folder + "/epithelium.png");
setBatchMode("exit and display");

// Copies a slice of the active image to the sheet at twice its size, below a caption.
function show(slice, caption, column, y) {
	image = getImageID();
	run("Duplicate...", "duplicate range=" + slice + "-" + slice + " use");
	run("Size...", "width=128 height=128 interpolation=None");
	run("Copy");
	close();
	selectImage(sheet);
	makeRectangle(132 * column, y + 18, 128, 128);
	run("Paste");
	run("Select None");
	drawString(caption, 132 * column + 2, y + 16);
	selectImage(image);
}
