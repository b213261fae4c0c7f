// A picture repainted with every strength (slices) and every guidance (frames), as one hyperstack. Saved as sweep.tif in the
// folder given as argument.
folder = getArgument();
if (folder == "" && call("java.awt.GraphicsEnvironment.isHeadless") == "true") folder = "target";

setBatchMode(true);
run("Text to Image...", "seed=5 prompt=[several green nuclei on a dark background]");
options = "options=[seed=42 prompt=[green mitochondria on a dark background]]";
run("Sweep...", "command=image key=strength values=0.3:0.9:0.2 key2=guidance values2=1,4,8 " + options);
if (folder != "") save(folder + "/sweep.tif");
setBatchMode(false);
