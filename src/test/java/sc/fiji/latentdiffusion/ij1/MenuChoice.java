/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.latentdiffusion.ij1;

import ij.Menus;
import java.awt.EventQueue;
import java.awt.Menu;
import java.awt.MenuItem;
import java.awt.event.ActionEvent;
import java.util.stream.IntStream;

/** Chooses from the plugin's menu. */
final class MenuChoice {

  private MenuChoice() {}

  /** Chooses a menu item, through AWT's event: Enter in a menu may reach the new dialog. */
  static void choose(String label) {
    choose("Plugins>Latent Diffusion", label);
  }

  /** Chooses an item of a menu, {@code Plugins>Latent Diffusion>Examples}. */
  static void choose(String path, String label) {
    Menu menu = Menus.getImageJMenu(path);
    MenuItem item =
        IntStream.range(0, menu.getItemCount())
            .mapToObj(menu::getItem)
            .filter(i -> i.getLabel().equals(label))
            .findFirst()
            .orElseThrow();
    EventQueue.invokeLater(
        () -> item.dispatchEvent(new ActionEvent(item, ActionEvent.ACTION_PERFORMED, label)));
  }
}
