/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * Models, tokens, schedules and the evaluations of runs as ImageJ's tables and plots. {@code
 * ModelTables} has the verbs that only read files.
 */
package sc.fiji.latentdiffusion.images.tables;
