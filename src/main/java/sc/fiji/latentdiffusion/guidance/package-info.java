/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * How the two halves of a prediction, with and without the prompt, become one: {@code
 * GuidanceOptions} hold what a request says, {@code Guide} the formula, {@code GuidanceSteps} where
 * it acts, and a {@code GuidanceJoin} computes it in one run. A further formula is a record in
 * {@code Guide}, a case in {@code GuidanceJoin} and a function in {@code guidance.torchscript}.
 */
package sc.fiji.latentdiffusion.guidance;
