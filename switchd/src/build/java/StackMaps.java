import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Brings the classes of a jar up to version 52, with the stack maps that these have. Classes below
/// version 50 have none: they are slow to verify, and the JVM keeps them in no cache.
///
/// All else stays as it is, the entries' times included.
final class StackMaps {
    private static final int WANTED = ClassFile.JAVA_8_VERSION;
    private static final int FIRST_WITH_MAPS = ClassFile.JAVA_6_VERSION;

    private StackMaps() {}

    /// @param args the jar, which is replaced
    public static void main(String[] args) throws IOException {
        Path jar = Path.of(args[0]);
        Path next = Path.of(jar + ".new");
        try (URLClassLoader itself = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                ZipFile in = new ZipFile(jar.toFile());
                OutputStream file = Files.newOutputStream(next);
                ZipOutputStream out = new ZipOutputStream(file)) {
            ClassFile classes =
                    ClassFile.of(
                            StackMapsOption.GENERATE_STACK_MAPS,
                            ClassHierarchyResolverOption.of(
                                    ClassHierarchyResolver.ofResourceParsing(itself)));
            for (ZipEntry entry : in.stream().toList()) {
                byte[] bytes = in.getInputStream(entry).readAllBytes();
                ZipEntry same = new ZipEntry(entry.getName());
                same.setLastModifiedTime(entry.getLastModifiedTime());
                out.putNextEntry(same);
                out.write(entry.getName().endsWith(".class") ? recent(classes, bytes) : bytes);
                out.closeEntry();
            }
        }
        Files.move(next, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] recent(ClassFile classes, byte[] bytes) {
        ClassModel old = classes.parse(bytes);
        if (old.majorVersion() >= FIRST_WITH_MAPS) {
            return bytes;
        }
        // Code that is passed on part by part is made anew, and its maps with it.
        MethodTransform code = MethodTransform.transformingCode(CodeTransform.ACCEPT_ALL);
        ClassTransform change =
                (to, part) -> {
                    switch (part) {
                        case ClassFileVersion _ -> to.withVersion(WANTED, 0);
                        case MethodModel method -> to.transformMethod(method, code);
                        default -> to.with(part);
                    }
                };
        return classes.transformClass(old, change);
    }
}
