// A picture of words, with the model that comes with the plugin. The log shows its Info: every setting, the model, and a
// macro line that makes the picture again.
// Every key has a default; text stands last, in square brackets. Equal seeds give equal pictures.
run("Text to Image...", "steps=20 seed=42 prompt=[many green nuclei on a dark background]");
print(getMetadata("Info"));
