package sc.fiji.latentdiffusion.hub;

import java.io.IOException;

/** A failure that a retry does not mend; its message is for the user. */
final class PermanentFailure extends IOException {

  private static final long serialVersionUID = 1L;

  PermanentFailure(String message) {
    super(message);
  }

  PermanentFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
