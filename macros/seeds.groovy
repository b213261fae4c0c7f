#@ CommandService command
#@ Integer (label = "Pictures", value = 4) count
#@ String (label = "Prompt", value = "many green nuclei on a dark background") prompt
#@output ij.ImagePlus result

// A stack of one prompt's pictures with the seeds 1, 2, 3… – the commands are SciJava commands, whose inputs are the
// keys of macros. Runs in Fiji's script editor, and headless.
import ij.ImagePlus
import ij.ImageStack
import sc.fiji.latentdiffusion.commands.TextToImage

def stack = null
for (seed in 1..count) {
    def done = command.run(TextToImage, false, "prompt", prompt, "seed", seed as long, "steps", 10).get()
    if (done.isCanceled()) throw new IllegalStateException(done.getCancelReason())
    ImagePlus picture = done.getOutput("result")
    if (stack == null) stack = new ImageStack(picture.width, picture.height)
    stack.addSlice("seed " + seed, picture.getProcessor())
}
result = new ImagePlus("Seeds", stack)
