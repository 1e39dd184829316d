package switchd.posix.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Lets tests run that [NeedsRoot] marks, where they can.
final class RootCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (!OS.LINUX.isCurrentOs()) {
            return ConditionEvaluationResult.disabled("needs Linux: network namespaces");
        }
        try {
            Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            if (!uid.equals(0)) {
                return ConditionEvaluationResult.disabled("needs root: run the tests with sudo");
            }
        } catch (IOException | UnsupportedOperationException e) {
            return ConditionEvaluationResult.disabled(
                    "needs root, which cannot be told here: " + e);
        }
        return ConditionEvaluationResult.enabled("runs as root");
    }
}
