/** The small decoder for previews (diffusers' AutoencoderTiny). */
package sc.fiji.latentdiffusion.models.tiny;
