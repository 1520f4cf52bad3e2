package io.kvstore.api;

import io.kvstore.http.Header;
import io.kvstore.http.Problem;
import io.kvstore.http.ProblemWriter;
import io.kvstore.http.Query;
import io.kvstore.http.Quoting;
import io.kvstore.http.Request;
import io.kvstore.http.RequestId;
import io.kvstore.http.RequestLog;
import io.kvstore.http.Response;
import io.kvstore.metrics.RouteMetrics;
import io.kvstore.store.PendingCommit;
import io.kvstore.store.StoreException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request from its first step to its log entry. Ensures that the request gets exactly one response, whatever fails, and
 * that metrics and the access log record it exactly once.
 *
 * <p>Not thread-safe. If the last step waits for a commit, another thread may run it; the first thread then no longer touches
 * the request.
 */
final class RequestLifecycle implements RequestContext {

    private static final System.Logger LOG = System.getLogger(RequestLifecycle.class.getName());
    private static final long MILLI_NANOS = 1_000_000;

    private final long startNanos = System.nanoTime();
    private final Request request;
    private final Response response;
    private final AsyncCompletion completion;
    private final @Nullable RequestLog log;
    private final Runnable onEnd;
    private final String id;
    private RouteMetrics metrics;
    private List<String> knownParameters = List.of();
    private @Nullable Authorization authorization;
    private @Nullable Query query;

    /** Whether another thread completes the request; written and read only by the first thread. */
    private boolean asynchronous;

    /** The step that waits for a commit. Cleared before it runs, because it refers to the body. */
    private @Nullable Step last;

    /**
     * Starts the clock and sets the request ID.
     *
     * @param unrouted records the request unless {@link #route} names other metrics
     * @param log records the request, or null
     * @param onEnd runs once, after the request has ended in whatever way
     */
    RequestLifecycle(
            Request request,
            Response response,
            AsyncCompletion completion,
            RouteMetrics unrouted,
            @Nullable RequestLog log,
            Runnable onEnd) {
        this.request = request;
        this.response = response;
        this.completion = completion;
        this.metrics = unrouted;
        this.log = log;
        this.onEnd = onEnd;
        this.id = RequestId.of(request.header(Header.REQUEST_ID));
        response.header(Header.REQUEST_ID, id);
    }

    /**
     * Sets the route.
     *
     * @param metrics records the request
     * @param parameters the query parameters that the log may show: the others could be anything, including secrets
     */
    void route(RouteMetrics metrics, List<String> parameters) {
        this.metrics = metrics;
        this.knownParameters = parameters;
    }

    void authorize(Authorization granted) {
        authorization = granted;
    }

    void query(Query parsed) {
        query = parsed;
    }

    @Override
    public Request request() {
        return request;
    }

    @Override
    public Response response() {
        return response;
    }

    @Override
    public Query query() {
        if (query == null) {
            throw new IllegalStateException("the query has not been parsed");
        }
        return query;
    }

    @Override
    public Authorization authorization() {
        if (authorization == null) {
            throw new IllegalStateException("the request has not been authenticated");
        }
        return authorization;
    }

    /**
     * Runs the first step, which handles the request. The request may still wait for a commit when this method returns.
     *
     * @throws IOException if no complete response could be sent; the caller must close the connection
     */
    void run(Step first) throws IOException {
        boolean complete = false;
        try {
            runOrAnswerProblem(first);
            complete = true;
        } finally {
            if (!asynchronous) {
                end(complete);
            }
        }
    }

    @Override
    public void onComplete(PendingCommit<?> commit, Step step) throws IOException {
        last = step;
        asynchronous = completion.onComplete(commit, this::runLast);
        if (!asynchronous) {
            last = null;
            step.run();
        }
    }

    private void runLast() {
        boolean complete = false;
        try {
            response.resume(completion.watch());
            runOrAnswerProblem(takeLast());
            complete = true;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot send the response to a write", e);
        } finally {
            if (!complete) {
                response.abort();
                completion.failed();
            }
            end(complete);
        }
    }

    private Step takeLast() {
        Step step = Objects.requireNonNull(last);
        last = null;
        return step;
    }

    /** Runs a step. If it fails, sends an error response, unless the response has already begun. */
    private void runOrAnswerProblem(Step step) throws IOException {
        try {
            step.run();
        } catch (IOException e) {
            throw e;
        } catch (Problem problem) {
            Throwable cause = problem.failure();
            if (cause != null) {
                log(cause);
            }
            ProblemWriter.send(problem, response);
        } catch (Throwable failure) {
            log(failure);
            if (response.hasBegun()) {
                throw new IOException("cut off a response that had begun", failure);
            }
            ProblemWriter.send(Problems.of(failure), response);
        }
    }

    private void log(Throwable failure) {
        if (failure instanceof StoreException known && !Problems.isLogged(known)) {
            return;
        }
        String subject = request.method() + " " + Quoting.quote(request.loggablePath());
        if (failure instanceof StoreException) {
            LOG.log(System.Logger.Level.ERROR, subject + ": " + failure.getMessage());
        } else {
            LOG.log(System.Logger.Level.ERROR, subject + " failed", failure);
        }
    }

    private void end(boolean complete) {
        try {
            request.releaseMemory();
            record(System.nanoTime() - startNanos, complete);
        } finally {
            onEnd.run();
        }
    }

    private void record(long nanos, boolean complete) {
        String method = request.method();
        metrics.answered(method, response.status(), nanos, request.bodyBytes(), response.bodyBytes());
        if (log == null) {
            return;
        }
        log.answered(new RequestLog.Entry(
                System.currentTimeMillis() - nanos / MILLI_NANOS,
                request.remoteAddress(),
                authorization == null ? null : authorization.user(),
                method,
                request.loggablePath(),
                request.loggableQuery(),
                knownParameters,
                request.protocol(),
                response.status(),
                request.bodyBytes(),
                response.bodyBytes(),
                nanos,
                request.header(Header.USER_AGENT),
                id,
                complete));
    }
}
