package io.kvstore.client;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that {@link Transport} can send any number of times. Not thread-safe. */
final class ClientRequest {

    /** The effect of executing the request twice, in the terms of HTTP (RFC 9110, section 9.2). */
    enum Effect {
        /** The request only reads. */
        SAFE(true, false),
        /** Executing it twice leaves the same state as executing it once. */
        IDEMPOTENT(true, true),
        /** Executing it twice leaves another state, or gets another response. */
        NOT_IDEMPOTENT(false, true);

        private final boolean retryable;
        private final boolean writes;

        Effect(boolean retryable, boolean writes) {
            this.retryable = retryable;
            this.writes = writes;
        }
    }

    private final String method;
    private final Effect effect;
    private final StringBuilder target;
    private final List<Map.Entry<String, String>> headers = new ArrayList<>();
    private BodyPublisher body = BodyPublishers.noBody();
    private boolean hasParameters;

    /** @param path percent-encoded, without a query */
    ClientRequest(String method, String path, Effect effect) {
        this.method = method;
        this.effect = effect;
        this.target = new StringBuilder(path);
    }

    static ClientRequest get(String path) {
        return new ClientRequest("GET", path, Effect.SAFE);
    }

    ClientRequest parameter(String name, String value) {
        target.append(hasParameters ? '&' : '?').append(name).append('=').append(PercentEncoding.encode(name, value));
        hasParameters = true;
        return this;
    }

    ClientRequest header(String name, String value) {
        headers.add(Map.entry(name, value));
        return this;
    }

    private ClientRequest headerUnlessNull(String name, @Nullable String value) {
        return value == null ? this : header(name, value);
    }

    ClientRequest condition(Condition condition) {
        return headerUnlessNull("If-Match", condition.ifMatch())
                .headerUnlessNull("If-None-Match", condition.ifNoneMatch());
    }

    ClientRequest timeToLive(TimeToLive time) {
        return headerUnlessNull("KV-TTL", time.text());
    }

    ClientRequest body(byte[] bytes) {
        return body(BodyPublishers.ofByteArray(bytes));
    }

    ClientRequest body(BodyPublisher publisher) {
        body = publisher;
        return this;
    }

    String method() {
        return method;
    }

    String target() {
        return target.toString();
    }

    List<Map.Entry<String, String>> headers() {
        return headers;
    }

    BodyPublisher body() {
        return body;
    }

    /** Returns whether the request may be sent again after an attempt that the server may have executed. */
    boolean isRetryable() {
        return effect.retryable;
    }

    /** Returns whether the request may change the store. */
    boolean writes() {
        return effect.writes;
    }
}
