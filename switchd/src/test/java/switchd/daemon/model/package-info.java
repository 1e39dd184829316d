/// Random sequences of what can happen to a daemon and around it, and a model that says what must
/// come of each: who hears whom, and what is counted.
package switchd.daemon.model;
