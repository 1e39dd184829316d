package switchd.daemon.it;

import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_void;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodBuilder;
import java.lang.classfile.MethodElement;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/// Faults of a daemon that nobody outside can bring about: its module is patched, so that the
/// threads `switchd-loop` and `switchd-control` look in a folder, now and again, for a file of
/// their name, and do what that says.
public final class Faults {
    private static final int PIECE = 1 << 16;
    private static final String LOOP = "switchd.daemon.StandStill";
    private static final String CONTROL = "switchd.daemon.control.ControlLoop";
    private static final String FOLDER = "switchd.test.faults";
    private static final List<byte[]> HELD = new ArrayList<>();

    private Faults() {}

    /// The words that run the rest of their arguments, which run a daemon, with them.
    ///
    /// @param patch a file that is made for it
    /// @param folder where threads look
    static List<String> words(Path patch, Path folder) throws IOException {
        try (OutputStream file = Files.newOutputStream(patch);
                JarOutputStream jar = new JarOutputStream(file)) {
            add(jar, Faults.class.getName(), bytes -> bytes);
            add(jar, LOOP, bytes -> withFaults(bytes, "look", "loop"));
            add(jar, CONTROL, bytes -> withFaults(bytes, "turn", "control"));
        }
        return List.of(
                "env",
                "JAVA_TOOL_OPTIONS=--patch-module=switchd.daemon=%s -D%s=%s"
                        .formatted(patch, FOLDER, folder));
    }

    private static void add(JarOutputStream jar, String name, UnaryOperator<byte[]> change)
            throws IOException {
        String file = name.replace('.', '/') + ".class";
        try (InputStream in = Faults.class.getClassLoader().getResourceAsStream(file)) {
            jar.putNextEntry(new JarEntry(file));
            jar.write(change.apply(Objects.requireNonNull(in, file).readAllBytes()));
        }
    }

    private static byte[] withFaults(byte[] bytes, String method, String thread) {
        ClassFile classes = ClassFile.of();
        return classes.transformClass(
                classes.parse(bytes),
                (type, element) -> {
                    if (element instanceof MethodModel one
                            && one.methodName().equalsString(method)) {
                        type.transformMethod(one, (code, part) -> begin(code, part, thread));
                    } else {
                        type.with(element);
                    }
                });
    }

    private static void begin(MethodBuilder method, MethodElement part, String thread) {
        if (part instanceof CodeModel old) {
            method.withCode(code -> {
                code.loadConstant(thread)
                        .invokestatic(
                                ClassDesc.of(Faults.class.getName()),
                                "strike",
                                MethodTypeDesc.of(CD_void, CD_String));
                old.forEach(code);
            });
        } else {
            method.with(part);
        }
    }

    /// Called by what was transformed.
    public static void strike(String thread) throws Exception {
        Path order = Path.of(System.getProperty(FOLDER, ""), thread);
        if (!Files.exists(order)) {
            return;
        }
        switch (Files.readString(order)) {
            case "fail" -> throw new InternalError("a planted fault");
            case "hang" -> {
                System.err.println("hanging");
                Thread.sleep(Long.MAX_VALUE);
            }
            case "fill" -> fill();
            case "crowd" -> {
                crowd();
                System.err.println("crowded");
            }
            default -> {}
        }
    }

    private static void fill() {
        while (true) {
            HELD.add(new byte[PIECE]);
        }
    }

    /// Leaves a 24th of the heap, some of which no object gets, as collections need it.
    private static void crowd() {
        Runtime jvm = Runtime.getRuntime();
        long left = jvm.maxMemory() / 24;
        int size = PIECE;
        while (size > 1_000) {
            if (jvm.maxMemory() - jvm.totalMemory() + jvm.freeMemory() > left + size) {
                HELD.add(new byte[size]);
            } else {
                System.gc();
                size /= 2;
            }
        }
    }
}
