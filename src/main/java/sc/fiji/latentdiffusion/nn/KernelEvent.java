/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.nn;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One call of a kernel, for Java's flight recorder: its function, its input and its time. */
@Name("sc.fiji.latentdiffusion.Kernel")
@Label("Kernel")
@Category("Latent Diffusion")
@Description("A call of a fused operation of the networks")
@StackTrace(false)
final class KernelEvent extends Event {

  @Label("Function")
  String function;

  @Label("Shape of the first tensor")
  String shape;
}
