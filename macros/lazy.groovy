// Repaints a region of an image that is larger than the memory: here each pixel is computed when it is asked for, as
// BigDataViewer's images are read when they are looked at. Runs in Fiji's script editor, and headless.
import net.imglib2.FinalInterval
import net.imglib2.position.FunctionRandomAccessible
import net.imglib2.type.numeric.integer.UnsignedShortType
import net.imglib2.view.Views
import sc.fiji.latentdiffusion.script.Diffusion

wave = { at, value -> value.set(20000 + (int) (9000 * Math.sin(at.getLongPosition(0) / 9) * Math.cos(at.getLongPosition(1) / 7))) }
slide = Views.interval(new FunctionRandomAccessible(2, wave, { new UnsignedShortType() }), new FinalInterval(40000, 40000))
region = FinalInterval.createMinSize(30000, 20000, 64, 64)
new Diffusion().withCloseable { diffusion ->
    painted = diffusion.imageToImage(slide, 0, 65535, region, [prompt: "green nuclei", strength: 0.6, steps: 5, seed: 1, context: 32])
}
