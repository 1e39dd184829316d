/// Service installation and socket activation.
package switchd.launchd;
