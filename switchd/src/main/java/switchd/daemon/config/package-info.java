/// The configuration: what a file may say, how it is read, and what is in force together with
/// options and environment.
///
/// Reading is one way: `ConfigFile` (bytes) → `ConfigText` (tree, with the place of every key) →
/// `Shape` and `Rules` (all that is wrong with it) → `Config` (records).
package switchd.daemon.config;
