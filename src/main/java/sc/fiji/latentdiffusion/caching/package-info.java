/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The step cache: which evaluations of a run compute the whole network, and which take over the
 * inner states of the last whole one. {@code CacheOptions} hold what a request says, {@code
 * WholeEvaluations} what that means for the table of a run. What is kept, and computed around it,
 * is the denoiser's ({@code Denoiser.Session}).
 */
package sc.fiji.latentdiffusion.caching;
