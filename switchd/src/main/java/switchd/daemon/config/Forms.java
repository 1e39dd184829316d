package switchd.daemon.config;

/// The forms of texts, as regular expressions that Java and JSON Schema (ECMA-262) both know.
final class Forms {
    static final String NAME = "[A-Za-z0-9][A-Za-z0-9-]{0,31}";
    static final String NETWORK = "[A-Za-z0-9][A-Za-z0-9._-]{0,31}";
    static final String INTERFACE = "[!-.0-9;-~]{1,15}";
    static final String MAC = "auto|any|[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}";
    static final String CONTROL = "none|/(.*[^/])";
    static final String SOCKET = "/(.*[^/])";
    static final String USER = "[^\\s:]{1,255}|[0-9]{1,9}:[0-9]{1,9}";
    static final String GROUP = "[^\\s:]{1,255}";
    static final String MODE = "0[0-7]{3}";
    static final String RATE = "[0-9]{1,9}[kMG]?bit";
    static final String HOST_PORT = "([^\\s:/\\[\\]]+|\\[[0-9a-fA-F:.]+\\]):[0-9]{1,5}";

    private Forms() {}
}
