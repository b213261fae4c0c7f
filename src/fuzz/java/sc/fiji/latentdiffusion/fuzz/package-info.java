/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The harness: it gives thousands of damaged, strange and hostile inputs to the software and counts
 * how they end. {@link sc.fiji.latentdiffusion.fuzz.Fuzz} starts a {@code Worker} in a process of
 * its own; the worker takes turns through the {@code Kinds} of input, changes a seed of each, and
 * calls the software by its {@code Doors}. {@code Bounds} watches time and memory, {@code Outcome}
 * judges. The page {@code src/site/fuzzing.md} tells how to run it and how to add a kind.
 */
package sc.fiji.latentdiffusion.fuzz;
