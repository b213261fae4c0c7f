/** The machine: device, precision, memory, processor, and the native library of PyTorch. */
package sc.fiji.latentdiffusion.engine;
