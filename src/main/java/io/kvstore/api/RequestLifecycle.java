package io.kvstore.api;

import com.sun.net.httpserver.HttpExchange;
import io.kvstore.metrics.RouteMetrics;
import io.kvstore.store.PendingCommit;
import io.kvstore.store.StoreException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way: gets one answer, whatever goes wrong, and is counted and logged when it is over. One thread does all
 * of it; or one begins, and where a commit is waited for another goes on.
 */
final class RequestLifecycle {

    private static final System.Logger LOG = System.getLogger(RequestLifecycle.class.getName());
    private static final long MILLI_NANOS = 1_000_000;

    /** A part of the way. */
    interface Step {

        /**
         * @throws Problem when that is the answer
         * @throws IOException when there is nobody to answer, or an answer that was begun must be cut off
         */
        void run() throws IOException;
    }

    /** What is told when a request is over. */
    record End(RouteMetrics nowhere, @Nullable RequestLog log, Runnable over) {}

    private final long began = System.nanoTime();
    private final HttpExchange exchange;
    private final BodyBudget.Share memory;
    private final Deferral deferral;
    private final End end;
    private final String id;
    private final Response response;
    private @Nullable Request request;

    /** Of the thread that began. */
    private boolean deferred;

    /** What is done when a commit is over; then gone, for it keeps the body, whose memory is given back. */
    private @Nullable Step last;

    RequestLifecycle(HttpExchange exchange, IoWatch watch, BodyBudget.Share memory, Deferral deferral, End end) {
        this.exchange = exchange;
        this.memory = memory;
        this.deferral = deferral;
        this.end = end;
        this.id = RequestId.of(exchange.getRequestHeaders().getFirst(Header.REQUEST_ID));
        this.response = new Response(exchange, watch, this);
        response.header(Header.REQUEST_ID, id);
    }

    Response response() {
        return response;
    }

    /** Takes note of the request once it is known to be one. */
    Request of(Request request) {
        this.request = request;
        return request;
    }

    /**
     * Takes the first step.
     *
     * @throws IOException when the request could not be answered, or not to the end: the connection must be closed
     */
    void begin(Step step) throws IOException {
        boolean complete = false;
        try {
            take(step);
            complete = true;
        } finally {
            if (!deferred) {
                end(complete);
            }
        }
    }

    /** Takes the last step when a commit is over, at once where this thread has to wait for it. */
    void after(PendingCommit<?> commit, Step step) throws IOException {
        last = step;
        deferred = deferral.defer(commit, this::resume);
        if (!deferred) {
            last = null;
            step.run();
        }
    }

    private Step takeLast() {
        Step step = Objects.requireNonNull(last);
        last = null;
        return step;
    }

    private void resume() {
        boolean complete = false;
        try {
            response.resume(deferral.watch());
            take(takeLast());
            complete = true;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "nobody takes an answer", e);
        } finally {
            if (!complete) {
                exchange.close();
                deferral.failed();
            }
            end(complete);
        }
    }

    /** Takes a step; what it fails with is the answer, if there can be one. */
    private void take(Step step) throws IOException {
        try {
            step.run();
        } catch (IOException e) {
            throw e;
        } catch (Problem problem) {
            Throwable cause = problem.failure();
            if (cause != null) {
                log(cause);
            }
            Problems.send(problem, response);
        } catch (Throwable failure) {
            log(failure);
            if (response.begun()) {
                throw new IOException("an answer had to be cut off", failure);
            }
            Problems.send(Problems.of(failure), response);
        }
    }

    private void log(Throwable failure) {
        if (failure instanceof StoreException known && !Problems.isLogged(known)) {
            return;
        }
        String request = exchange.getRequestMethod() + " "
                + Text.quoted(Target.shownPath(exchange.getRequestURI().toString()));
        if (failure instanceof StoreException) {
            LOG.log(System.Logger.Level.ERROR, request + ": " + failure.getMessage());
        } else {
            LOG.log(System.Logger.Level.ERROR, request + " failed", failure);
        }
    }

    /** Has a request counted and logged that is over. */
    private void end(boolean complete) {
        try {
            memory.giveBack();
            tell(System.nanoTime() - began, complete);
        } finally {
            end.over().run();
        }
    }

    private void tell(long nanos, boolean complete) {
        Route route = request == null ? null : request.route();
        String method = exchange.getRequestMethod();
        long requestBytes = request == null ? 0 : request.bodyBytes();
        (route == null ? end.nowhere() : route.metrics())
                .answered(method, response.status(), nanos, requestBytes, response.bodyBytes());
        RequestLog log = end.log();
        if (log == null) {
            return;
        }
        log.answered(new RequestLog.Entry(
                System.currentTimeMillis() - nanos / MILLI_NANOS,
                exchange.getRemoteAddress().getAddress(),
                request == null ? null : request.user(),
                method,
                request == null
                        ? Target.shownPath(exchange.getRequestURI().toString())
                        : request.target().path(),
                request == null ? null : request.target().query(),
                route == null ? List.of() : route.resource().parameters(method),
                exchange.getProtocol(),
                response.status(),
                requestBytes,
                response.bodyBytes(),
                nanos,
                exchange.getRequestHeaders().getFirst(Header.USER_AGENT),
                id,
                complete));
    }
}
