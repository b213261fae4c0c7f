/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.gui.DialogListener;
import ij.gui.GenericDialog;
import ij.gui.MultiLineLabel;
import java.awt.AWTEvent;
import java.awt.Color;
import java.util.Map;
import org.scijava.command.CommandInfo;
import sc.fiji.latentdiffusion.hosts.DiffusionCommand;
import sc.fiji.latentdiffusion.hosts.LastValues;
import sc.fiji.latentdiffusion.hosts.dialogs.DialogTexts;
import sc.fiji.latentdiffusion.hosts.dialogs.InputCheck;
import sc.fiji.latentdiffusion.hosts.dialogs.LineBreaks;
import sc.fiji.latentdiffusion.keys.DialogOrder;
import sc.fiji.latentdiffusion.keys.Inputs;

/**
 * Asks for a command's inputs in ImageJ 1.x, with the labels, choices and descriptions of its
 * annotations. A message in the dialog names a wrong entry while it is typed, and OK needs valid
 * entries; then the message tells the time and memory of a run.
 */
final class CommandDialog implements DialogListener {

  private static final Color WRONG = Color.RED.darker();

  /** Keeps two lines free. */
  private static final int LINES = 2;

  private final CommandInfo info;
  private final DiffusionCommand command;
  private final Inputs inputs;
  private final DialogTexts texts;
  private DialogFields fields;
  private MultiLineLabel subject;
  private MultiLineLabel message;

  /**
   * A dialog, not yet shown.
   *
   * @param earlier the texts that the user had in it, by key; empty at first
   */
  CommandDialog(
      CommandInfo info, DiffusionCommand command, Inputs inputs, Map<String, String> earlier) {
    this.info = info;
    this.command = command;
    this.inputs = inputs;
    Map<String, String> last = new LastValues(command, inputs.keys()).get();
    texts = new DialogTexts(command::dialogStart, inputs.defaults(), last, earlier);
  }

  /**
   * Shows the dialog.
   *
   * @return false if the user has given up, else the inputs are set
   */
  boolean show() {
    GenericDialog dialog = new GenericDialog(info.getLabel());
    if (!texts.subject().isEmpty()) {
      dialog.addMessage(LineBreaks.wrapped(texts.subject(), LINES));
      subject = (MultiLineLabel) dialog.getMessage();
    }
    DialogOrder order = new DialogOrder(inputs.keys(), inputs.image());
    fields = new DialogFields(dialog, inputs.defaults(), texts.shown());
    fields.add(order, texts::isChosen);
    dialog.addMessage(LineBreaks.wrapped("", LINES));
    message = (MultiLineLabel) dialog.getMessage();
    dialog.addDialogListener(this);
    dialog.addHelp(command.help(order.all()));
    dialogItemChanged(dialog, null);
    DialogSize.fitWhenOpened(dialog);
    command.opened(texts.shown());
    dialog.showDialog();
    return !dialog.wasCanceled();
  }

  /** The texts in the fields, by key, also after the dialog was closed. */
  Map<String, String> shown() {
    return fields.texts();
  }

  /** Sets the inputs to the texts in the fields; whether the command can run with them. */
  @Override
  public boolean dialogItemChanged(GenericDialog dialog, AWTEvent event) {
    fields.settle();
    fields.show(texts.follow(fields.texts()));
    if (subject != null) subject.setText(LineBreaks.wrapped(texts.subject(), LINES));
    InputCheck verdict = verdict();
    message.setText(LineBreaks.wrapped(verdict.lines(), LINES));
    message.setForeground(verdict.right() ? Color.BLACK : WRONG);
    fields.mark(verdict);
    if (verdict.right()) fields.showUsed(command.used());
    DialogSize.fitAround(dialog, message);
    return verdict.right();
  }

  private InputCheck verdict() {
    try {
      inputs.setAll(fields.texts());
      return command.verdict();
    } catch (IllegalArgumentException e) {
      return InputCheck.wrong(e.getMessage());
    }
  }
}
