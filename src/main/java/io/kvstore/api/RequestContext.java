package io.kvstore.api;

import io.kvstore.http.Problem;
import io.kvstore.http.Query;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import io.kvstore.store.PendingCommit;
import java.io.IOException;

/** A request that the router has accepted, and all that a resource needs to answer it. Not thread-safe. */
interface RequestContext {

    /** One step of handling a request. */
    @FunctionalInterface
    interface Step {

        /**
         * Runs the step.
         *
         * @throws Problem if the response is an error
         * @throws IOException if the connection cannot be used further, or a response that has begun must be cut off
         */
        void run() throws IOException;
    }

    Request request();

    /** Returns the query parameters, all of which the resource knows. */
    Query query();

    Response response();

    /**
     * Returns what the client may do.
     *
     * @throws IllegalStateException if the resource is {@linkplain RequiredAccess#NOTHING open to all clients}
     */
    Authorization authorization();

    /**
     * Runs the last step, which sends the response, once a commit completes: on this thread, or later on another thread. The
     * calling thread must not use the request or the response after this call.
     */
    void onComplete(PendingCommit<?> commit, Step last) throws IOException;
}
