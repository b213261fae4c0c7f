package sc.fiji.latentdiffusion.io;

import java.io.IOException;
import java.util.Arrays;

/** Reads a tensor that is one number. */
public final class Scalar {

  private Scalar() {}

  /**
   * The number.
   *
   * @throws IOException if the tensor has not exactly one element, or is of truth values
   */
  public static double of(StoredTensor tensor) throws IOException {
    long count = Arrays.stream(tensor.shape()).reduce(1, Math::multiplyExact);
    if (count != 1 || tensor.dtype() == DType.BOOL) {
      throw new IOException(
          tensor.file()
              + ", tensor \""
              + tensor.name()
              + "\": expected one number, found "
              + tensor.dtype()
              + Arrays.toString(tensor.shape())
              + "; copy or download the file again");
    }
    return tensor.dtype().number(tensor.map(), 0);
  }
}
