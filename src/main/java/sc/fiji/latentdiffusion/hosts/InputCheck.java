package sc.fiji.latentdiffusion.hosts;

/**
 * What a dialog says of the present inputs of a command.
 *
 * @param right whether the command can be run with them
 * @param text what is wrong with them; or what a run will take, empty where that is next to nothing
 */
public record InputCheck(boolean right, String text) {

  /** Whether it is about an input of this key: messages begin with the key that is at fault. */
  public boolean refuses(String key) {
    return !right && text.startsWith(key + " ");
  }
}
