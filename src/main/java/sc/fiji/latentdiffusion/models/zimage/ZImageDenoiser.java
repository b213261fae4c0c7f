/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.models.zimage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.models.Conditioning;
import sc.fiji.latentdiffusion.models.Denoiser;
import sc.fiji.latentdiffusion.models.GuidanceForm;
import sc.fiji.latentdiffusion.models.LazyNetwork;
import sc.fiji.latentdiffusion.models.Residuals;
import sc.fiji.latentdiffusion.models.Takes;
import sc.fiji.latentdiffusion.schedulers.Evaluation;

/**
 * Z-Image's transformer as a denoiser. The prediction c + g (c − u) has the scale 0 for the prompt
 * alone.
 *
 * @param network whose weights are read at the first prediction
 * @param trainSteps timestep of noise alone
 */
record ZImageDenoiser(LazyNetwork<ZImageTransformer2DModel> network, int trainSteps)
    implements Denoiser {

  /** How it takes the scale of guidance. */
  static final GuidanceForm GUIDANCE = GuidanceForm.ADDED;

  private static final Takes TAKES = new Takes(true, GUIDANCE, 0, 0);

  @Override
  public Takes takes() {
    return TAKES;
  }

  @Override
  public double bytes() {
    return network.bytes();
  }

  @Override
  public Session begin(Conditioning conditioning, NDManager run) {
    return new ZImageSession(this, conditioning, run);
  }

  /**
   * Neighbours in a batch whose prompts have as many tokens.
   *
   * @param first of the batch entries
   * @param last behind the last one
   * @param words refined, {@code [last − first, m, d]}
   */
  private record Group(int first, int last, NDArray words) {}

  /** The predictions of one run, which share the refined words and the tokens' angles. */
  private static final class ZImageSession implements Session {

    /** How many words there are, and the size of the latents. */
    private record Size(int words, int height, int width) {}

    private final ZImageDenoiser denoiser;
    private final Conditioning conditioning;
    private final NDManager run;
    private final Map<Size, ZImageTransformer2DModel.Angles> angles = new HashMap<>();
    private List<Group> groups;

    ZImageSession(ZImageDenoiser denoiser, Conditioning conditioning, NDManager run) {
      this.denoiser = denoiser;
      this.conditioning = conditioning;
      this.run = run;
    }

    /** Takes no residuals: the networks that give them steer other families. */
    @Override
    public NDArray predict(NDArray x, Evaluation evaluation, List<Residuals> residuals) {
      float noisiest = denoiser.trainSteps();
      float time = (noisiest - (float) evaluation.timestep()) / noisiest;
      return denoiser
          .network()
          .use(
              transformer -> {
                if (groups == null) groups = groups(transformer);
                return predicted(transformer, x, time);
              });
    }

    private NDArray predicted(ZImageTransformer2DModel transformer, NDArray x, float time) {
      if (groups.size() == 1) return predicted(transformer, x, time, groups.get(0));
      try (NDManager local = x.getManager().newSubManager()) {
        NDList parts = new NDList();
        for (Group group : groups) {
          NDArray part = x.get(new NDIndex("{}:{}", group.first(), group.last()));
          part.attach(local);
          parts.add(predicted(transformer, part, time, group));
        }
        NDArray all = NDArrays.concat(parts);
        all.attach(x.getManager());
        return all;
      }
    }

    private NDArray predicted(
        ZImageTransformer2DModel transformer, NDArray x, float time, Group group) {
      int words = (int) group.words().getShape().get(1);
      Size size = new Size(words, (int) x.getShape().get(2), (int) x.getShape().get(3));
      ZImageTransformer2DModel.Angles turns =
          angles.computeIfAbsent(
              size, key -> transformer.angles(key.words(), key.height(), key.width(), run));
      return transformer.forward(x, time, group.words(), turns);
    }

    private List<Group> groups(ZImageTransformer2DModel transformer) {
      List<Group> made = new ArrayList<>();
      List<Integer> lengths = conditioning.lengths();
      int first = 0;
      for (int last = 1; last <= lengths.size(); last++) {
        int tokens = lengths.get(first);
        if (last < lengths.size() && lengths.get(last) == tokens) continue;
        NDIndex index = new NDIndex("{}:{}, :{}", first, last, tokens);
        try (NDArray states = conditioning.states().get(index)) {
          made.add(new Group(first, last, transformer.words(states, run)));
        }
        first = last;
      }
      return List.copyOf(made);
    }
  }
}
