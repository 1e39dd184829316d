package switchd.daemon.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What a key of the configuration file means and takes. The check of a file, its JSON Schema and
/// its manual page are made of this. Its name is the component's, or what `@JsonProperty` says.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {
    /// The meaning, in whole sentences.
    String value();

    /// True where it has to be there.
    boolean required() default false;

    /// What holds where it is missing, as JSON; empty where that is nothing, or depends on more
    /// than the key ([#value()] says on what).
    String fallback() default "";

    /// Regular expression for the whole of a text; empty where any text will do.
    String pattern() default "";

    /// What a right value is, in words, for the message about a wrong one: goes with [#pattern()].
    String form() default "";

    /// Smallest number.
    int min() default 0;

    /// Largest number.
    int max() default Integer.MAX_VALUE;

    /// A value that one might well use, as JSON.
    String example() default "";
}
