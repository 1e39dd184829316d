package switchd.core;

/// Which source addresses a port lets its VM use, as the operator says it with `--mac`.
public sealed interface MacPolicy {
    /// Only this one.
    ///
    /// @param address unicast
    record Fixed(MacAddress address) implements MacPolicy {
        public Fixed {
            if (address.isGroup() || address.value() == 0) {
                throw new IllegalArgumentException("not one VM's address: " + address);
            }
        }

        @Override
        public String toString() {
            return address.toString();
        }
    }

    /// The first one that the VM uses, until it detaches.
    record Auto() implements MacPolicy {
        @Override
        public String toString() {
            return "auto";
        }
    }

    /// Any: there is a bridge inside the VM.
    record Any() implements MacPolicy {
        @Override
        public String toString() {
            return "any";
        }
    }

    /// Reads `auto`, `any` or an address.
    ///
    /// @throws IllegalArgumentException for anything else
    static MacPolicy parse(String text) {
        return switch (text) {
            case "auto" -> new Auto();
            case "any" -> new Any();
            default -> new Fixed(MacAddress.parse(text));
        };
    }
}
