package sc.fiji.latentdiffusion.hub;

import java.io.IOException;

/** A failure that a retry does not mend; its message is for the user. */
final class Refusal extends IOException {

  private static final long serialVersionUID = 1L;

  Refusal(String message) {
    super(message);
  }

  Refusal(String message, Throwable cause) {
    super(message, cause);
  }
}
