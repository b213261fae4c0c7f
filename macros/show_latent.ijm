// Shows the latents of a picture: the model works on them. They have an eighth of its width and height, and four channels,
// whose mean and standard deviation the log lists.
run("Text to Image...", "seed=42 prompt=[blue mitochondria on a dark background]");
run("Show Latent...", "precision=auto");

for (channel = 1; channel <= 4; channel++) {
	Stack.setChannel(channel);
	getStatistics(area, mean, min, max, std);
	print("channel " + channel + ": mean " + d2s(mean, 3) + ", standard deviation " + d2s(std, 3));
}
