package switchd.posix.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test on the real kernel that takes root on Linux, as it makes network namespaces, interfaces
/// and packet sockets. It is skipped elsewhere, with the reason.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: network namespaces")
@ExtendWith(RootCondition.class)
public @interface NeedsRoot {}
