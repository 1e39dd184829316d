package switchd.daemon.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Marks tests that need a [Lab]: Linux, root with the right to make networks, and some commands.
/// Elsewhere they are skipped and say why; with `-Dswitchd.lab.required=true` they fail instead.
/// They also fail where they leave something on the machine.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({NeedsLabCondition.class, NothingIsLeft.class})
public @interface NeedsLab {
    /// Commands needed beside `ip`, `ethtool`, `dnsmasq`, `tcpdump` and `busybox`, as `linux.uml`.
    String[] value() default {};
}
