/// Words that people type.
package switchd.daemon.words;
