/// A Darwin kernel in memory, for tests on any machine.
package switchd.darwin.testkit;
