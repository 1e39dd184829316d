package switchd.daemon.manual;

import java.util.List;
import java.util.regex.Pattern;

/// A manual page in the macros of man(7), which groff and mandoc both know.
final class Roff {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private final StringBuilder text = new StringBuilder();
    private boolean isBelowHeading;

    /// @param name in capitals at the top of the page
    /// @param date of the build, `2026-01-31`
    /// @param source program and version
    /// @param manual what the section is called
    Roff(String name, int section, String date, String source, String manual) {
        macro("TH", name, Integer.toString(section), "", source, manual);
        text.insert(text.indexOf("\"\"") + 1, date); // as it is: its hyphens are no minus signs
        text.append(".nh\n.ad l\n"); // neither hyphens nor gaps in what is to be copied
    }

    Roff section(String heading) {
        macro("SH", heading);
        isBelowHeading = true;
        return this;
    }

    Roff part(String heading) {
        macro("SS", heading);
        isBelowHeading = true;
        return this;
    }

    Roff paragraph(String words) {
        if (!isBelowHeading) {
            text.append(".PP\n");
        }
        return line(marked(words));
    }

    /// A synopsis: the command in bold, the rest as it stands, behind a hanging indent.
    Roff synopsis(String command, String rest) {
        text.append(".HP 4\n");
        return line("\\fB" + escaped(command) + "\\fR " + marked(rest));
    }

    /// A term and what it means.
    ///
    /// @param term roff already, see [#bold(String)] and [#italic(String)]
    Roff item(String term, String meaning) {
        text.append(".TP\n");
        line(term);
        return line(marked(meaning));
    }

    /// Lines as they are.
    Roff example(List<String> lines) {
        text.append(isBelowHeading ? "" : ".PP\n").append(".in +4n\n.EX\n");
        lines.forEach(one -> line(escaped(one)));
        text.append(".EE\n.in\n");
        return this;
    }

    static String bold(String words) {
        return "\\fB" + escaped(words) + "\\fR";
    }

    static String italic(String words) {
        return "\\fI" + escaped(words) + "\\fR";
    }

    /// What stands in `` ` `` is bold.
    private static String marked(String words) {
        return CODE.matcher(escaped(words)).replaceAll("\\\\fB$1\\\\fR");
    }

    /// A hyphen of ours is one that can be copied into a command line.
    private static String escaped(String words) {
        return words.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("~", "\\(ti")
                .replace("^", "\\(ha");
    }

    private void macro(String name, String... arguments) {
        text.append('.').append(name);
        for (String argument : arguments) {
            text.append(" \"").append(escaped(argument).replace("\"", "\\(dq")).append('"');
        }
        text.append('\n');
    }

    /// A dot or an apostrophe that begins a line would begin a request.
    private Roff line(String roff) {
        isBelowHeading = false;
        text.append(roff.startsWith(".") || roff.startsWith("'") ? "\\&" : "");
        text.append(roff).append('\n');
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
