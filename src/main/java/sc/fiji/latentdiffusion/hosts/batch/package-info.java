/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * One recorded line, or a macro, run over many files. {@code BatchInput} lists the files, {@code
 * BatchPart} takes every n-th of them, {@code BatchLine} reads the line, {@code AreaSource} gives
 * each image its selection; {@code BatchPlan} checks all of it before anything runs. {@code
 * BatchRun} goes through the files, some together: the next ones are read and the last ones written
 * while they are computed. {@code FileResult} writes results whole or not at all, and knows those
 * that are there; {@code BatchLog} lists what became of each file, {@code PartLock} keeps other
 * processes out.
 */
package sc.fiji.latentdiffusion.hosts.batch;
