// Stops a run after half of its steps, mirrors the latents, and lets the other half go on from there.
settings = "steps=20 scheduler=euler seed=42 guidance=4";
words = "prompt=[many green nuclei on a dark background]";
run("Text to Image...", "width=128 height=128 " + settings + " latents=true " + words);
selectImage("Latents by step");
Stack.setPosition(1, 1, 11); // the label says: step 11/20, so 10 are done
run("Denoise Latent...", "steps=20 to=15 guidance=4 scheduler=euler " + words);
rename("After 15");
run("Flip Horizontally", "stack");
run("Denoise Latent...", "steps=20 guidance=4 scheduler=euler " + words);
run("Decode Latent...", "precision=auto");
rename("Mirrored at step 15");
