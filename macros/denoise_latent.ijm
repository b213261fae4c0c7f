// Stops a run after half of its steps, mirrors the latents, and lets the other half continue from there. The picture that
// comes out is "Mirrored at step 15".
setBatchMode(true);
settings = "steps=20 scheduler=euler seed=42 guidance=4";
words = "prompt=[many green nuclei on a dark background]";
run("Text to Image...", "width=128 height=128 " + settings + " latents=true " + words);
selectImage(newest("Latents by step"));
Stack.setPosition(1, 1, 11); // the label says: step 11/20, so 10 are done
run("Denoise Latent...", "steps=20 to=15 guidance=4 scheduler=euler " + words);
rename("After 15");
run("Flip Horizontally", "stack");
run("Denoise Latent...", "steps=20 guidance=4 scheduler=euler " + words);
run("Decode Latent...", "precision=auto");
rename("Mirrored at step 15");
setBatchMode("exit and display");

// The latest image whose title begins so: other runs may have left images of the same title.
function newest(title) {
	id = 0;
	for (i = 1; i <= nImages; i++) {
		selectImage(i);
		if (startsWith(getTitle(), title)) id = minOf(id, getImageID());
	}
	return id;
}
