package switchd.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static switchd.posix.Downcalls.link;
import static switchd.posix.Downcalls.linkVariadic;
import static switchd.posix.Downcalls.unexpected;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import switchd.posix.Downcalls;

/// What a thread calls to give rights up, under the names of Linux: the value on success, the
/// negated error number on failure. The C libraries have no functions for Landlock.
final class ConfinementCalls {
    private static final MethodHandle PRCTL =
            linkVariadic(
                    "prctl",
                    1,
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CAPGET =
            link("capget", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle CAPSET =
            link("capset", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle LANDLOCK =
            linkVariadic(
                    "syscall",
                    1,
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG));

    private final MemorySegment callState;

    ConfinementCalls(Arena arena) {
        callState = arena.allocate(Downcalls.CALL_STATE);
    }

    /// `int prctl(int option, unsigned long argument, 0, 0, 0)`
    int prctl(int option, long argument) {
        try {
            return result((int) PRCTL.invokeExact(callState, option, argument, 0L, 0L, 0L));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// `int capget(cap_user_header_t header, cap_user_data_t data)`
    int capget(MemorySegment header, MemorySegment data) {
        try {
            return result((int) CAPGET.invokeExact(callState, header, data));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// `int capset(cap_user_header_t header, const cap_user_data_t data)`
    int capset(MemorySegment header, MemorySegment data) {
        try {
            return result((int) CAPSET.invokeExact(callState, header, data));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// `landlock_create_ruleset(const struct landlock_ruleset_attr *attributes, size_t size,
    /// flags)`
    int createRuleset(MemorySegment attributes, long size, int flags) {
        MemorySegment third = MemorySegment.ofAddress(flags);
        return landlock(LinuxConstants.SYS_LANDLOCK_CREATE_RULESET, attributes, size, third, 0);
    }

    /// `landlock_add_rule(int ruleset, enum landlock_rule_type type, const void *rule, 0)`
    int addRule(int ruleset, int type, MemorySegment rule) {
        MemorySegment first = MemorySegment.ofAddress(ruleset);
        return landlock(LinuxConstants.SYS_LANDLOCK_ADD_RULE, first, type, rule, 0);
    }

    /// `landlock_restrict_self(int ruleset, 0)`
    int restrictSelf(int ruleset) {
        MemorySegment first = MemorySegment.ofAddress(ruleset);
        return landlock(LinuxConstants.SYS_LANDLOCK_RESTRICT_SELF, first, 0, MemorySegment.NULL, 0);
    }

    private int landlock(
            long number, MemorySegment first, long second, MemorySegment third, long fourth) {
        try {
            long result =
                    (long) LANDLOCK.invokeExact(callState, number, first, second, third, fourth);
            return result < 0 ? errno() : (int) result;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private int result(int value) {
        return value < 0 ? errno() : value;
    }

    private int errno() {
        return -Downcalls.errno(callState);
    }
}
