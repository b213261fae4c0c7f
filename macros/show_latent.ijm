// The latents of a picture: what the model works on, an eighth of the size, in four channels.
run("Text to Image...", "seed=42 prompt=[blue mitochondria on a dark background]");
run("Show Latent...", "precision=auto");

for (channel = 1; channel <= 4; channel++) {
	Stack.setChannel(channel);
	getStatistics(area, mean, min, max, std);
	print("channel " + channel + ": mean " + d2s(mean, 3) + ", standard deviation " + d2s(std, 3));
}
