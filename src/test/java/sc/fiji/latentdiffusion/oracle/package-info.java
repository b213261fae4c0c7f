/**
 * Proofs against diffusers: tiny random models in every configuration, their weights and what
 * diffusers 0.42.1 computes with them lie in the resources ({@code oracle}); {@code
 * src/test/python/oracle.py} makes them, and any number of others for {@code -Doracle=FOLDER}.
 */
package sc.fiji.latentdiffusion.oracle;
