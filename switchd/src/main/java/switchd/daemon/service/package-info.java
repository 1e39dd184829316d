/// `switchd install` and `uninstall`: what they would do, and doing it.
package switchd.daemon.service;
