package io.kvstore.api;

import java.io.IOException;
import java.util.List;

/** What is at a path: it reads a request, asks the store, and sends the answer. Safe for use by any number of threads. */
interface Resource {

    List<String> GET = List.of("GET", "HEAD", "OPTIONS");

    /** The methods it answers, of which the router takes OPTIONS for itself. */
    default List<String> methods() {
        return GET;
    }

    /** The query parameters that a method knows. */
    default List<String> parameters(String method) {
        return List.of();
    }

    /** What a request must bring along for it. */
    RequiredAccess demand();

    /**
     * What answers a request for its path: another resource perhaps, where the client accepts something else than this one
     * has. Judged by the headers alone.
     */
    default Resource variant(Request request) {
        return this;
    }

    /**
     * Answers a request whose method is among {@link #methods}.
     *
     * @throws Problem when that is the answer
     * @throws IOException when there is nobody to answer, or an answer that was begun must be cut off
     */
    void answer(Request request, Query query, Response response) throws IOException;
}
