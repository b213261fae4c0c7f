/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Settings of pictures in and out. {@code PictureTexts} reads the texts that a PNG or JPEG file
 * holds; {@code PictureSettings} knows whose they are, and one class a program reads them: {@code
 * Automatic1111}, {@code ComfyGraph}, {@code InvokeMetadata}, {@code OwnInfo}. All fill a {@code
 * Found}, whose rows {@code SettingsTable} shows. {@code SamplerNames} holds the programs' names of
 * schedulers and spacings. {@code SavedPicture} writes a PNG file with the texts of {@code
 * PictureInfo}.
 */
package sc.fiji.latentdiffusion.images.exchange;
