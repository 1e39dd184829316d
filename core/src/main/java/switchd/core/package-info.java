/// Ports, networks, the event loop, and the interfaces a host implements.
package switchd.core;
