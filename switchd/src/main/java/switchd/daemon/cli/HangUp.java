package switchd.daemon.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/// SIGHUP, by which an operator has the configuration read again.
///
/// By reflection, as javac warns of `sun.misc.Signal` whatever one says; the JDK has no other way,
/// and `jdk.unsupported` keeps it for want of one.
final class HangUp {
    private static final String SIGNAL = "sun.misc.Signal";
    private static final String HANDLER = "sun.misc.SignalHandler";

    private HangUp() {}

    /// Has `work` done on each SIGHUP from here on, in place of the end of the process. It runs on
    /// a thread of the JVM and has to be quick. Where the process was started with SIGHUP ignored
    /// (`nohup`), it stays ignored.
    @SuppressWarnings("ReferenceEquality") // that is what the equality of a proxy is
    static void handle(Runnable work) {
        try {
            Class<?> signal = Class.forName(SIGNAL);
            Class<?> handler = Class.forName(HANDLER);
            InvocationHandler reaction =
                    (self, method, arguments) ->
                            switch (method.getName()) {
                                case "handle" -> {
                                    work.run();
                                    yield null;
                                }
                                case "equals" -> self == arguments[0];
                                case "hashCode" -> System.identityHashCode(self);
                                default -> "reload on SIGHUP";
                            };
            Object proxy =
                    Proxy.newProxyInstance(
                            HangUp.class.getClassLoader(), new Class<?>[] {handler}, reaction);
            Object hangUp = signal.getConstructor(String.class).newInstance("HUP");
            signal.getMethod("handle", signal, handler).invoke(null, hangUp, proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has no " + SIGNAL, e);
        }
    }
}
