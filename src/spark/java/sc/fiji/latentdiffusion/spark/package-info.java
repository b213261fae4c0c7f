/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * A batch on Apache Spark, for those who have it: the parts of a batch are the tasks of a job.
 * Built by the Maven profile {@code spark} alone, and part of no archive.
 */
package sc.fiji.latentdiffusion.spark;
