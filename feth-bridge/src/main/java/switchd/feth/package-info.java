/// feth pairs, bridge membership and its repair, and the sweep of leftovers.
package switchd.feth;
