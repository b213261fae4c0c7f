package sc.fiji.latentdiffusion.addons.lora;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sc.fiji.latentdiffusion.addons.Added;
import sc.fiji.latentdiffusion.addons.NamedImages;
import sc.fiji.latentdiffusion.io.FileStamp;
import sc.fiji.latentdiffusion.io.model.Model;
import sc.fiji.latentdiffusion.models.Declaration;
import sc.fiji.latentdiffusion.models.Loading;

/**
 * LoRAs that change the weights of a model.
 *
 * @param loras in the order of their list
 */
public record Loras(List<Lora> loras) implements Added {

  /** A file that was replaced has another stamp. */
  private record Identity(FileStamp file, double weight) {}

  @Override
  public Loading.Changes changes(Model files, Declaration declaration) throws IOException {
    return LoraLayers.of(loras, files, declaration)::of;
  }

  @Override
  public List<Object> identity() throws IOException {
    List<Object> identities = new ArrayList<>();
    for (Lora lora : loras) {
      identities.add(new Identity(FileStamp.of(lora.file().path()), lora.weight()));
    }
    return identities;
  }

  /** Returns name, weight and SHA-256 of each. */
  @Override
  public Map<String, Object> info(NamedImages images) throws IOException {
    Map<String, Object> lines = new LinkedHashMap<>();
    for (int i = 0; i < loras.size(); i++) {
      Lora lora = loras.get(i);
      String key = "lora" + (i + 1);
      lines.put(key, lora.file().name());
      lines.put(key + "Weight", lora.weight());
      lines.put(key + "Sha256", lora.file().sha256());
    }
    return lines;
  }
}
