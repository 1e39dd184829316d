/// A process of its own that holds VMs' links while no daemon runs.
package switchd.attach.keeper;
