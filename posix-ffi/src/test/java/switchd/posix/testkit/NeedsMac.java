package switchd.posix.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test on macOS's own kernel. It is skipped elsewhere, with a reason that begins with `needs
/// macOS`.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(MacCondition.class)
public @interface NeedsMac {
    /// Whether it takes root as well.
    boolean root() default false;
}
