// Repaints a region of a picture of drawn green spots. Two images are left: the spots, and a copy with the region repainted.
newImage("Spots", "RGB black", 256, 192, 1);
setColor(10, 10, 10);
fill();
random("seed", 1);
setColor(0, 180, 60);
for (i = 0; i < 40; i++) fillOval(random() * 240, random() * 172, 16, 20);

// The selection is the region. In the copy, no pixel outside of it changes.
// strength says how far the region changes: 0 keeps it, 1 ignores it.
makeRectangle(64, 32, 128, 128);
run("Image to Image...", "strength=0.5 seed=42 prompt=[several green nuclei on a dark background]");
