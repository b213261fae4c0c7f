// A picture that follows the edges of another one, through a ControlNet, which does not come with the plugin.
// The argument names a model, a ControlNet that was made for its family, and a folder, with | between them:
//   macros/control.ijm "sd15|canny|target"
// Names are found in the models folder and in its folder controlnet; paths do, too.
parts = split(getArgument(), "|");
if (parts.length != 3) exit("Expected the argument MODEL|CONTROLNET|FOLDER, found \"" + getArgument() + "\".");

// ImageJ makes the control image: here of a picture by the built-in model, but any image will do.
run("Text to Image...", "seed=42 prompt=[several large green nuclei on a dark background]");
run("8-bit");
run("Find Edges");
resetMinAndMax();
rename("edges");

// The ControlNet acts in the first four fifths of the steps, with nine tenths of its weight.
run("Text to Image...", "model=[" + parts[0] + "] steps=20 seed=1 control=['" + parts[1] + "':0.9@0-0.8=edges] " +
	"prompt=[several large stones on a dark background]");
save(parts[2] + "/controlled.png");
print(getInfo("image.title") + " under " + getTag("control1") + ", seeing " + getTag("control1Image"));

function getTag(key) {
	lines = split(getMetadata("Info"), "\n");
	for (i = 0; i < lines.length; i++) {
		if (startsWith(lines[i], key + "=")) return substring(lines[i], lengthOf(key) + 1);
	}
	return "";
}
