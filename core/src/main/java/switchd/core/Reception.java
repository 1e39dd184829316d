package switchd.core;

/// Which frames of a LAN an uplink takes for its VM.
public sealed interface Reception {
    /// Group addresses only: no VM has shown its address yet.
    record Groups() implements Reception {}

    /// Group addresses and unicast to `address`; not what `address` itself has sent.
    ///
    /// @param address the VM's
    record Vm(MacAddress address) implements Reception {}

    /// Everything: several addresses live behind the VM.
    record Everything() implements Reception {}
}
