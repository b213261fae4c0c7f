// Trains a LoRA on left.tif of a folder and paints twelve ovals into picture.tif; taught.py measures them.
// Argument: the folder, the LoRA's name, options of Train LoRA.
argument = getArgument();
parts = split(argument, " ");
folder = parts[0] + "/";
name = parts[1];
options = substring(argument, lengthOf(parts[0]) + lengthOf(name) + 2);

open(folder + "left.tif");
resetMinAndMax();
if (options != "untrained") {
	run("Train LoRA...", "seed=1 name=" + name + " overwrite=true prompt=[zeiss7 nuclei] " + options);
	lora = "lora=" + name + " ";
} else {
	lora = "";
}
close("*");
for (strength = 0.7; strength <= 1; strength += 0.3) {
	for (detail = 0; detail <= 1; detail++) {
		to = folder + name + ", strength " + strength;
		if (detail == 1) to += ", detail 1";
		File.makeDirectory(to);
		for (i = 0; i < 12; i++) {
			open(folder + "picture.tif");
			resetMinAndMax();
			makeOval(270 + 78 * (i % 2), 4 + 70 * floor(i / 2), 150, 150);
			run("Image to Image...", "steps=20 strength=" + strength + " guidance=4 scheduler=dpmpp_2m_k seed=" + (100 + i)
				+ " feather=8 context=64 level=true detail=" + detail + " " + lora + "prompt=[zeiss7 nuclei]");
			run("Crop");
			saveAs("Tiff", to + "/" + i + ".tif");
			close("*");
		}
	}
}
