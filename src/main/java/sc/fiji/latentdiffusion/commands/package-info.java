/**
 * The commands of the menu, one file each. A command declares its inputs and makes one call;
 * everything that all commands share is in {@code hosts}. Class names are public: scripts run a
 * command by its class.
 */
package sc.fiji.latentdiffusion.commands;
