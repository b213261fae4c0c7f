/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.fiji;

import java.util.List;
import javax.swing.JPanel;
import org.scijava.Context;
import org.scijava.module.Module;
import org.scijava.widget.AbstractInputWidget;
import org.scijava.widget.DefaultWidgetModel;
import sc.fiji.latentdiffusion.keys.Key;

/** The widget of a key whose component is an empty panel and which has no value. */
final class PlainField extends AbstractInputWidget<Object, JPanel> {

  private final JPanel component = new JPanel();

  PlainField(Context context, DialogPanel panel, Module module, Key key) {
    set(new DefaultWidgetModel(context, panel, module, key.item(), List.of()));
  }

  @Override
  public Object getValue() {
    return null;
  }

  @Override
  public void refreshWidget() {
    component.repaint();
  }

  @Override
  public JPanel getComponent() {
    return component;
  }

  @Override
  public Class<JPanel> getComponentType() {
    return JPanel.class;
  }
}
