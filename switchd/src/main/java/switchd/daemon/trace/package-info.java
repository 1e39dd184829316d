/// What goes wrong at a port, for people, read from its frames. Pure: fed with records and times.
package switchd.daemon.trace;
