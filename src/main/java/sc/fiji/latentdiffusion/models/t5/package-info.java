/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The encoder of T5 v1.1 (Raffel et al. 2020), from words to states: its tokenizer, and a
 * transformer with relative positions and gated GELU, whose layers are in memory one at a time.
 */
package sc.fiji.latentdiffusion.models.t5;
