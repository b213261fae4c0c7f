/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
/**
 * The part of a command that is the same in ImageJ and in Fiji. {@code DiffusionCommand} is what a
 * command says of itself; {@code ModelCommand}, {@code NetworkCommand}, {@code StepsCommand} and
 * {@code SamplingCommand} add the keys that several commands share (what steps open in the third,
 * all other keys of a run in the last), {@code AnswersCommand} those of several answers. {@code
 * InnerRun} is a command within another, {@code InnerAnswers} one of several answers. {@code
 * CommandRun} is the life of a run, {@code RunProgress} its progress, {@code Cancellation} how it
 * was stopped, {@code RunResults} how its results are shown. Keys enter dialogs, macros and the
 * Info by themselves; the page {@code commands.md} and {@code CommandContractTest} list them, and
 * the tests name a missing one.
 */
package sc.fiji.latentdiffusion.hosts;
