package sc.fiji.latentdiffusion.addons.controlnet;

import java.util.List;
import org.scijava.plugin.Plugin;
import sc.fiji.latentdiffusion.addons.AddOn;
import sc.fiji.latentdiffusion.addons.Kind;
import sc.fiji.latentdiffusion.addons.ListSyntax;
import sc.fiji.latentdiffusion.addons.ListSyntax.Part;

/** ControlNet: networks that steer the U-Net by an image. */
@Plugin(type = AddOn.class, priority = 300)
public final class ControlNetAddOn implements AddOn {

  /** Where ControlNets lie and how their list is written. */
  public static final Kind KIND =
      new Kind(
          "control",
          "ControlNet",
          "controlnet",
          List.of(".safetensors", ".pth", ".ckpt", ".bin"),
          List.of(),
          ControlNetFile.CONFIG,
          new ListSyntax(
              "ControlNets with commas between them, each with or without a colon and a weight, @"
                  + " and a part of the steps, and = and an image (canny:0.8@0-0.6=edges.tif,"
                  + " depth=Depth Map), a name or image with a comma in quotes",
              Part.WEIGHT,
              Part.STEPS,
              Part.IMAGE),
          "It is written name:0.8@0-0.6=image title; a name with one of : @ = or a comma stands in"
              + " quotes");

  @Override
  public Kind kind() {
    return KIND;
  }
}
