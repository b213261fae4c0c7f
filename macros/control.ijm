// A picture that follows the edges of another one, through a ControlNet, which does not come with the plugin. It asks for the
// names of a model and of a ControlNet made for its family; as argument they stand before the folder: "sd15|canny|target".
// Names are found in the models folder and in its folder controlnet; paths do, too.
argument = getArgument();
if (argument == "" && call("java.awt.GraphicsEnvironment.isHeadless") != "true") {
	Dialog.create("ControlNet");
	Dialog.addString("Model", "sd15", 20);
	Dialog.addString("ControlNet", "canny", 20);
	Dialog.show();
	argument = Dialog.getString() + "|" + Dialog.getString() + "|";
}
parts = split(argument + " ", "|");
if (parts.length != 3) exit("Expected the argument MODEL|CONTROLNET|FOLDER, found \"" + argument + "\".");
folder = String.trim(parts[2]);

// ImageJ makes the control image: here of a picture by the built-in model, but any image will do.
run("Text to Image...", "seed=42 prompt=[several large green nuclei on a dark background]");
run("8-bit");
run("Find Edges");
resetMinAndMax();
rename("Edges for ControlNet");

// The ControlNet acts in the first four fifths of the steps, with nine tenths of its weight.
run("Text to Image...", "model=[" + parts[0] + "] steps=20 seed=1 " +
	"control=['" + parts[1] + "':0.9@0-0.8='Edges for ControlNet'] prompt=[many large stones on a dark background]");
if (folder != "") save(folder + "/controlled.png");
print(getInfo("image.title") + " under " + getTag("control1") + ", seeing " + getTag("control1Image"));

function getTag(key) {
	lines = split(getMetadata("Info"), "\n");
	for (i = 0; i < lines.length; i++) {
		if (startsWith(lines[i], key + "=")) return substring(lines[i], lengthOf(key) + 1);
	}
	return "";
}
