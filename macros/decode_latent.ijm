// Latents are images: change them with ImageJ's own tools, and decode what comes out.
run("Text to Image...", "seed=42 prompt=[green nuclei on a dark background]");
run("Show Latent...", "precision=auto");

// Mirrored latents make, nearly, the mirrored picture.
run("Flip Horizontally", "stack");
run("Decode Latent...", "precision=auto");
