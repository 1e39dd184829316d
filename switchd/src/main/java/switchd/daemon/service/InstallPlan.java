package switchd.daemon.service;

import java.util.List;

/// What an installation would do here, step by step. Nothing is changed by making the plan.
///
/// @param steps in order
/// @param manifest what there is afterwards
/// @param notices what the operator should know
public record InstallPlan(List<Step> steps, Manifest manifest, List<String> notices) {
    /// What the operator wants, and what is here.
    ///
    /// @param home folder of the installed program
    /// @param payload what is to run
    /// @param copies whether it goes to `home`; it is there otherwise
    /// @param config the configuration's path
    /// @param example what to write there where there is none; empty where it must exist
    record Wish(String home, Payload payload, boolean copies, String config, String example) {}
}
