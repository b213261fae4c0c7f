// Teaches the built-in model a structure that it does not know, asters, from drawn pictures, and shows pictures of four
// seeds before and after on one sheet. Saved as train.png in the folder given as argument; the LoRA is named asters-example.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";
prompt = "green asters";

setBatchMode(true);
newImage("Asters", "8-bit black", 128, 128, 24);
asters = getImageID();
random("seed", 1);
for (slice = 1; slice <= nSlices; slice++) {
	setSlice(slice);
	n = 3 + floor(random() * 4);
	for (i = 0; i < n; i++) {
		x = 16 + random() * 96;
		y = 16 + random() * 96;
		arms = 7 + floor(random() * 5);
		start = random();
		setLineWidth(2);
		for (k = 0; k < arms; k++) {
			angle = 2 * PI * (k / arms + start);
			length = 12 + random() * 10;
			setColor(150 + random() * 100);
			drawLine(x, y, x + length * cos(angle), y + length * sin(angle));
		}
		setColor(255);
		fillOval(x - 4, y - 4, 8, 8);
	}
}
run("Gaussian Blur...", "sigma=1 stack");
run("Green");
run("RGB Color");
asters = getImageID();

run("Train LoRA...", "steps=200 layers=all every=0 seed=1 overwrite=true name=asters-example prompt=[" + prompt + "]");

newImage("Train", "RGB white", 4 * 130 - 2, 3 * 146 - 2, 1);
sheet = getImageID();
setFont("SansSerif", 12, "antialiased");
setColor("black");
rows = newArray("drawn", "before, seed ", "after, seed ");
for (row = 0; row < 3; row++) {
	for (column = 0; column < 4; column++) {
		label = "drawn";
		if (row == 0) {
			selectImage(asters);
			setSlice(column + 1);
			run("Select All");
			run("Copy");
			run("Select None");
		} else {
			seed = column + 1;
			options = "seed=" + seed + " prompt=[" + prompt + "]";
			if (row == 2) options = "seed=" + seed + " lora=asters-example prompt=[" + prompt + "]";
			run("Text to Image...", options);
			run("Select All");
			run("Copy");
			close();
			label = rows[row] + seed;
		}
		selectImage(sheet);
		makeRectangle(column * 130, row * 146 + 16, 128, 128);
		run("Paste");
		run("Select None");
		drawString(label, column * 130 + 2, row * 146 + 15);
	}
}
if (folder != "") save(folder + "/train.png");
selectImage(asters);
close();
selectImage(sheet);
setBatchMode(false);
