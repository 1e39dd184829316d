import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Properties;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Completes the list of what is in the packages, which Maven's plugin makes: jars have the digests
/// of the files that are shipped, as the build changes some, and the JVM is one of the components.
final class Sbom {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Sbom() {}

    /// Prints it.
    ///
    /// @param args the list in CycloneDX's form, the folder of jars, the file `release` of the JDK
    public static void main(String[] args) throws Exception {
        ObjectNode list = (ObjectNode) JSON.readTree(Path.of(args[0]));
        Path jars = Path.of(args[1]);
        ArrayNode components = (ArrayNode) list.required("components");
        shipped((ObjectNode) list.required("metadata").required("component"), jars);
        for (JsonNode component : components) {
            shipped((ObjectNode) component, jars);
        }
        components.add(jvm(Path.of(args[2])));
        System.out.println(JSON.writeValueAsString(list));
    }

    private static void shipped(ObjectNode component, Path jars) throws Exception {
        String name = component.required("name").asString();
        Path jar = jars.resolve(name + "-" + component.required("version").asString() + ".jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is not shipped, and the list has it");
        }
        ArrayNode hashes = JSON.createArrayNode();
        hashes.addObject().put("alg", "SHA-256").put("content", digest(jar));
        component.set("hashes", hashes);
    }

    private static String digest(Path file) throws IOException, NoSuchAlgorithmException {
        byte[] bytes = Files.readAllBytes(file);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static ObjectNode jvm(Path release) throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(release)) {
            properties.load(in);
        }
        String version = said(properties, "JAVA_RUNTIME_VERSION");
        ObjectNode jvm = JSON.createObjectNode();
        jvm.put("type", "platform");
        jvm.put("bom-ref", "openjdk@" + version);
        jvm.putObject("supplier").put("name", said(properties, "IMPLEMENTOR"));
        jvm.put("name", "OpenJDK");
        jvm.put("version", version);
        jvm.putArray("licenses")
                .addObject()
                .put("expression", "GPL-2.0-only WITH Classpath-exception-2.0");
        return jvm;
    }

    private static String said(Properties release, String key) {
        return release.getProperty(key, "unknown").replace("\"", "");
    }
}
