package io.kvstore.api;

import io.kvstore.http.Problem;
import io.kvstore.http.Request;
import java.io.IOException;
import java.util.List;

/** The handler of all requests for a path: reads the request, calls the keyspace, sends the response. Thread-safe. */
interface Resource {

    List<String> GET = List.of("GET", "HEAD", "OPTIONS");

    /** Returns the supported methods. The router itself answers OPTIONS. */
    default List<String> methods() {
        return GET;
    }

    /** Returns the names of the query parameters that a method takes. */
    default List<String> parameters(String method) {
        return List.of();
    }

    /** Returns the access that a client needs for any request. */
    RequiredAccess requiredAccess();

    /** Returns the resource that answers a request in place of this one, chosen by {@code Accept}; by default this one. */
    default Resource variant(Request request) {
        return this;
    }

    /**
     * Answers a request whose method is one of {@link #methods}.
     *
     * @throws Problem if the response is an error
     * @throws IOException if the connection cannot be used further, or a response that has begun must be cut off
     */
    void answer(RequestContext context) throws IOException;
}
