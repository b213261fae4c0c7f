/**
 * The commands of the menu, one file each. A command declares its own keys as fields and makes one
 * call; {@code hosts} declares the keys that several commands share, and everything else of a
 * command. Class names are public: scripts run a command by its class.
 */
package sc.fiji.latentdiffusion.commands;
