// Makes a region of a picture over. The picture: green spots, drawn here.
newImage("Spots", "RGB black", 256, 192, 1);
setColor(10, 10, 10);
fill();
random("seed", 1);
setColor(0, 180, 60);
for (i = 0; i < 40; i++) fillOval(random() * 240, random() * 172, 16, 20);

// The selection is the region; it is changed in a copy, and outside of it no pixel is touched.
// strength says how much: 0 changes nothing, 1 ignores what was there.
makeRectangle(64, 32, 128, 128);
run("Image to Image...", "strength=0.5 seed=42 prompt=[several green nuclei on a dark background]");
