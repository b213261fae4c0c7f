/**
 * The parts that networks are built of: weights by name, tensors read from files, and the
 * TorchScript kernels that run on them.
 */
package sc.fiji.latentdiffusion.nn;
