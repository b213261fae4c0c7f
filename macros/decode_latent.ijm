// Mirrors the latents of a picture with ImageJ's own tool, and decodes them: nearly the mirrored picture.
run("Text to Image...", "seed=42 prompt=[green nuclei on a dark background]");
run("Show Latent...", "precision=auto");
run("Flip Horizontally", "stack");
run("Decode Latent...", "precision=auto");
