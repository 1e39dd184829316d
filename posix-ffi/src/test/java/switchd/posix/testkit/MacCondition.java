package switchd.posix.testkit;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// Lets tests run that [NeedsMac] marks, where they can.
final class MacCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean root =
                AnnotationSupport.findAnnotation(context.getElement(), NeedsMac.class)
                        .map(NeedsMac::root)
                        .orElse(false);
        if (!OS.MAC.isCurrentOs()) {
            return disabled("needs macOS");
        }
        if (root && !"root".equals(System.getProperty("user.name"))) {
            return disabled("needs macOS and root: run the tests with sudo");
        }
        return enabled("this is macOS");
    }
}
