package sc.fiji.latentdiffusion.hosts;

/**
 * The judgement of the present inputs of a command, for its dialog.
 *
 * @param right whether the command can be run with them
 * @param text the error; or the time and memory of a run, empty where it takes next to nothing
 */
public record InputCheck(boolean right, String text) {

  /** Whether it is about an input of this key: messages begin with the key that is at fault. */
  public boolean refuses(String key) {
    return !right && text.startsWith(key + " ");
  }
}
