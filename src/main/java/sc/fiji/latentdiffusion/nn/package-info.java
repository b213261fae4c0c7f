/**
 * The parts that networks are built of. {@link sc.fiji.latentdiffusion.nn.Weights} are tensors by
 * name, read from files and changed by adapters ({@link sc.fiji.latentdiffusion.nn.WeightChange}).
 * {@link sc.fiji.latentdiffusion.nn.Kernels} run the TorchScript functions of every network, which
 * lie beside the network; the README beside the texts of this package explains how they are
 * written.
 */
package sc.fiji.latentdiffusion.nn;
