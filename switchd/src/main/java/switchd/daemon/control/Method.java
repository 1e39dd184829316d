package switchd.daemon.control;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import switchd.core.SwitchdException;
import tools.jackson.databind.node.ObjectNode;

/// One method of the control socket.
///
/// @param name as clients call it
/// @param permission who may call it
/// @param params the record that its parameters make
/// @param body what it does, on the control thread: it must not wait for anything
record Method<P>(String name, Permission permission, Class<P> params, Body<P> body) {
    /// The parameters of a method that takes none.
    record NoParams() {}

    /// What a method does.
    @FunctionalInterface
    interface Body<P> {
        /// @return the result: anything that JSON can be made of, a [HandOver], a [Then], or a
        ///   [Subscribed]
        /// @throws RpcException where it is refused at once
        /// @throws SwitchdException where it fails at once
        CompletableFuture<?> call(P params, Caller caller) throws SwitchdException;
    }

    /// A result with a descriptor, which is closed when it is sent or cannot be.
    ///
    /// @param descriptor its number
    record HandOver(Object result, int descriptor) {}

    /// A result, and what is to be done when it is sent or cannot be.
    record Then(@Nullable Object result, Runnable afterwards) {}

    /// A result, and the first of the events that the client has subscribed to.
    record Subscribed(Object result, Object first) {}

    CompletableFuture<?> call(ObjectNode given, Caller caller) throws SwitchdException {
        return body.call(Params.read(name, given, params), caller);
    }
}
