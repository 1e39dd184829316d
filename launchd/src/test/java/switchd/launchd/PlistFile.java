package switchd.launchd;

import com.dd.plist.NSArray;
import com.dd.plist.NSDictionary;
import com.dd.plist.NSNumber;
import com.dd.plist.NSObject;
import com.dd.plist.NSString;
import com.dd.plist.PropertyListParser;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXParseException;

/// Reads property lists as others do.
final class PlistFile {
    private PlistFile() {}

    /// What the library makes of a text that is valid by the DTD.
    static NSDictionary parse(String text) throws Exception {
        validate(text);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return (NSDictionary) PropertyListParser.parse(bytes);
    }

    /// Fails where the text breaks a rule of the DTD that it names.
    static void validate(String text) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
        factory.setValidating(true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        builder.setEntityResolver((publicId, systemId) -> {
            if (!"-//Apple//DTD PLIST 1.0//EN".equals(publicId)
                    || !systemId.equals("http://www.apple.com/DTDs/PropertyList-1.0.dtd")) {
                throw new AssertionError(publicId + " " + systemId);
            }
            InputStream dtd = PlistFile.class.getResourceAsStream("PropertyList-1.0.dtd");
            return new InputSource(Objects.requireNonNull(dtd));
        });
        builder.setErrorHandler(new Strict());
        builder.parse(new InputSource(new StringReader(text)));
    }

    /// The value as Plist takes it.
    static Object value(NSObject object) {
        return switch (object) {
            case NSDictionary dictionary -> {
                Map<String, Object> map = new LinkedHashMap<>();
                dictionary.forEach((key, value) -> map.put(key, value(value)));
                yield map;
            }
            case NSArray array -> Stream.of(array.getArray()).map(PlistFile::value).toList();
            case NSString string -> string.getContent();
            case NSNumber number when number.isBoolean() -> number.boolValue();
            case NSNumber number -> number.intValue();
            default -> throw new AssertionError(object.getClass());
        };
    }

    private static final class Strict implements ErrorHandler {
        @Override
        public void warning(SAXParseException e) throws SAXParseException {
            throw e;
        }

        @Override
        public void error(SAXParseException e) throws SAXParseException {
            throw e;
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXParseException {
            throw e;
        }
    }
}
