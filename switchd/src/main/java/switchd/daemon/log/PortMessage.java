package switchd.daemon.log;

/// What a port has to say; logged as an object: `logger.log(level, new PortMessage(…))`.
///
/// @param port its name
/// @param event what kind of thing happened, one word, as in `attached`
/// @param text for people
public record PortMessage(String port, String event, String text) {
    @Override
    public String toString() {
        return port + ": " + text;
    }
}
