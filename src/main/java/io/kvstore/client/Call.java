package io.kvstore.client;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A request before it is sent, which may be several times. For one thread. */
final class Call {

    /** What happens when it is done twice. */
    enum Effect {
        /** Nothing: it only reads. */
        READS,
        /** The same as when it is done once. */
        REPEATABLE,
        /** Something else, or another answer. */
        ONCE
    }

    private final String method;
    private final Effect effect;
    private final StringBuilder target;
    private final List<Map.Entry<String, String>> headers = new ArrayList<>();
    private BodyPublisher body = BodyPublishers.noBody();
    private boolean hasParameters;

    /** @param path percent-encoded, without a query */
    Call(String method, String path, Effect effect) {
        this.method = method;
        this.effect = effect;
        this.target = new StringBuilder(path);
    }

    static Call get(String path) {
        return new Call("GET", path, Effect.READS);
    }

    Call parameter(String name, String value) {
        target.append(hasParameters ? '&' : '?').append(name).append('=').append(PercentEncoding.encode(name, value));
        hasParameters = true;
        return this;
    }

    Call header(String name, String value) {
        headers.add(Map.entry(name, value));
        return this;
    }

    Call condition(Condition condition) {
        Objects.requireNonNull(condition, "condition");
        if (condition instanceof Condition.Absent) {
            header("If-None-Match", "*");
        } else if (condition instanceof Condition.Present) {
            header("If-Match", "*");
        } else if (condition instanceof Condition.Revision revision) {
            header("If-Match", revision.etag().text());
        } else if (condition instanceof Condition.OtherThan other) {
            header("If-None-Match", other.etag().text());
        }
        return this;
    }

    Call timeToLive(TimeToLive time) {
        Objects.requireNonNull(time, "time");
        if (time instanceof TimeToLive.Keep) {
            header("KV-TTL", "keep");
        } else if (time instanceof TimeToLive.After after) {
            header("KV-TTL", after.time().toMillis() + "ms");
        }
        return this;
    }

    Call body(byte[] bytes) {
        return body(BodyPublishers.ofByteArray(bytes));
    }

    Call body(BodyPublisher publisher) {
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

    /** Whether it may be sent again after an attempt that may have come through. */
    boolean isRepeatable() {
        return effect != Effect.ONCE;
    }

    /** Whether it may change something. */
    boolean changes() {
        return effect != Effect.READS;
    }
}
