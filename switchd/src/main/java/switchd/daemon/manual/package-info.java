/// Man pages and shell completion, made from the commands and the keys of the configuration.
package switchd.daemon.manual;
