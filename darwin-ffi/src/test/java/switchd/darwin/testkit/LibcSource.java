package switchd.darwin.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// The C source of a library that has functions of Darwin's: each calls what its place in the array
/// `shim_functions` points to, and tells errors as the C library does, by -1 and `errno`.
///
/// The prototypes are the compiler's, so that arguments are taken from where Darwin's functions
/// take them, the variable ones too.
final class LibcSource {
    private final StringBuilder source = new StringBuilder();

    private LibcSource() {}

    /// @param functions those that have a place in the array
    /// @param without those of them that the library lacks nevertheless
    static String of(List<String> functions, Set<String> without) {
        LibcSource result = new LibcSource();
        result.line("#include <errno.h>");
        result.line("#include <stdarg.h>");
        result.line("void *shim_functions[%d];".formatted(functions.size()));
        for (int i = 0; i < functions.size(); i++) {
            if (!without.contains(functions.get(i))) {
                result.function(functions.get(i), i);
            }
        }
        return result.source.toString();
    }

    /// The kinds of a function's arguments, the variable ones included, as the table names them.
    static List<String> arguments(JsonNode function) {
        List<String> arguments = new ArrayList<>();
        function.required("ffm").required("args").forEach(a -> arguments.add(a.stringValue()));
        for (JsonNode variable : function.required("ffm").path("variadic")) {
            arguments.add(variable.stringValue().replaceFirst(" .*", ""));
        }
        return arguments;
    }

    private void function(String name, int place) {
        JsonNode function = Abi.table().required("functions").required(name);
        List<String> arguments = arguments(function);
        int fixed = function.required("ffm").required("args").size();
        List<String> parameters = new ArrayList<>();
        List<String> passed = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            passed.add("a" + i);
            if (i < fixed) {
                parameters.add(type(arguments.get(i)) + " a" + i);
            }
        }
        if (fixed < arguments.size()) {
            parameters.add("...");
        }
        String result = type(function.required("ffm").required("return").stringValue());
        symbols(name, function)
                .forEach(symbol -> {
                    line(
                            "%s %s(%s) {"
                                    .formatted(
                                            result,
                                            symbol,
                                            parameters.isEmpty() ? "void" : join(parameters)));
                    variable(arguments, fixed, function);
                    String pointer = "%s (*)(%s)".formatted(result, types(arguments));
                    String call =
                            "((%s) shim_functions[%d])(%s)".formatted(pointer, place, join(passed));
                    if (tellsErrors(function)) {
                        line("  %s r = %s;".formatted(result, call));
                        line("  if (r < 0) { errno = (int) -r; return -1; }");
                        line("  return r;");
                    } else {
                        line("  %s%s;".formatted(result.equals("void") ? "" : "return ", call));
                    }
                    line("}");
                });
    }

    private void variable(List<String> arguments, int fixed, JsonNode function) {
        if (fixed == arguments.size()) {
            return;
        }
        line("  va_list rest;");
        line("  va_start(rest, a%d);".formatted(fixed - 1));
        for (int i = fixed; i < arguments.size(); i++) {
            String type = type(arguments.get(i));
            boolean optional =
                    function.required("ffm")
                            .required("variadic")
                            .get(i - fixed)
                            .stringValue()
                            .contains("only with O_CREAT");
            String present =
                    optional ? "(a1 & %d) == 0 ? 0 : ".formatted(Abi.constant("O_CREAT")) : "";
            line("  %s a%d = %sva_arg(rest, %s);".formatted(type, i, present, type));
        }
        line("  va_end(rest);");
    }

    private static List<String> symbols(String name, JsonNode function) {
        List<String> symbols = new ArrayList<>(List.of(name));
        for (JsonNode differing : function.path("differs_on")) {
            symbols.add(differing.required("symbol").stringValue().substring(1));
        }
        return symbols;
    }

    /// Numbers of users and processes are not errors where they are negative.
    private static boolean tellsErrors(JsonNode function) {
        return function.required("prototype").stringValue().matches("(int|ssize_t) .*");
    }

    private static String types(List<String> arguments) {
        return arguments.stream().map(LibcSource::type).collect(Collectors.joining(", "));
    }

    private static String type(String kind) {
        return switch (kind) {
            case "JAVA_INT" -> "int";
            case "JAVA_LONG" -> "long";
            case "JAVA_SHORT" -> "unsigned short";
            case "ADDRESS" -> "void *";
            case "void" -> "void";
            default -> throw new AssertionError(kind);
        };
    }

    private static String join(List<String> parts) {
        return String.join(", ", parts);
    }

    private void line(String line) {
        source.append(line).append('\n');
    }
}
