package switchd.daemon.selftest;

/// One thing to look at.
///
/// @param name as in the report
/// @param meaning what it means where it fails, and what to do
/// @param body looks
record Check(String name, String meaning, Body body) {
    /// Looks at a stage.
    @FunctionalInterface
    interface Body {
        /// @return a figure or a few words; often empty
        /// @throws Exception where it is not as it should be
        String look(Stage stage) throws Exception;
    }
}
