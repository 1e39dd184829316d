package switchd.launchd;

import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// A property list in XML, as plist(5) and Apple's DTD have it.
public final class Plist {
    private static final String DOCTYPE =
            "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\""
                    + " \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">";

    private final XMLStreamWriter xml;

    private Plist(XMLStreamWriter xml) {
        this.xml = xml;
    }

    /// The document for a dictionary.
    ///
    /// @param root values are strings, integers, booleans, lists and maps of such; keys come in the
    ///   map's order
    /// @throws IllegalArgumentException for any other value, and for a character that XML cannot
    ///   hold
    public static String of(Map<String, ?> root) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeDTD(DOCTYPE);
            xml.writeCharacters("\n");
            xml.writeStartElement("plist");
            xml.writeAttribute("version", "1.0");
            new Plist(xml).value(root, "\n");
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("writing to memory", e);
        }
        return text + "\n";
    }

    /// @param line a line break and the indentation
    private void value(Object value, String line) throws XMLStreamException {
        xml.writeCharacters(line);
        switch (value) {
            case String text -> element("string", text);
            case Integer number -> element("integer", number.toString());
            case Boolean truth -> xml.writeEmptyElement(truth ? "true" : "false");
            case List<?> list -> {
                xml.writeStartElement("array");
                for (Object item : list) {
                    value(item, line + "\t");
                }
                end(line);
            }
            case Map<?, ?> dictionary -> {
                xml.writeStartElement("dict");
                for (Map.Entry<?, ?> entry : dictionary.entrySet()) {
                    xml.writeCharacters(line + "\t");
                    element("key", entry.getKey().toString());
                    value(entry.getValue(), line + "\t");
                }
                end(line);
            }
            default -> throw new IllegalArgumentException("no property list holds " + value);
        }
    }

    private void end(String line) throws XMLStreamException {
        xml.writeCharacters(line);
        xml.writeEndElement();
    }

    private void element(String name, String text) throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeCharacters(checked(text));
        xml.writeEndElement();
    }

    /// The JDK's writer escapes what has to be, and lets through what may not be at all.
    private static String checked(String text) {
        text.codePoints()
                .filter(c -> !isCharacter(c))
                .findFirst()
                .ifPresent(c -> {
                    throw new IllegalArgumentException(
                            "U+%04X cannot be in a property list".formatted(c));
                });
        return text;
    }

    /// `Char` of XML 1.0 without the carriage return, which a parser would turn into a line feed.
    private static boolean isCharacter(int c) {
        return c == '\t'
                || c == '\n'
                || (c >= 0x20 && c <= 0xd7ff)
                || (c >= 0xe000 && c <= 0xfffd)
                || c >= 0x10000;
    }
}
