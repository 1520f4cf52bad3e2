package io.kvstore.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes an error response into an exception. */
final class ErrorDecoder {

    private static final int GONE = 410;
    private static final int PRECONDITION_FAILED = 412;
    private static final int NOT_IMPLEMENTED = 501;
    private static final String NO_TITLE = "error";
    private static final String NO_DETAIL = "the response gives no details";
    private static final List<String> STANDARD_MEMBERS = List.of("type", "title", "status", "detail", "key");

    private ErrorDecoder() {}

    /**
     * Returns whether a server that answers with this status may have executed the request, or may do so when it
     * restarts.
     */
    static boolean leavesOutcomeUnknown(int status) {
        return status >= 500 && status != NOT_IMPLEMENTED;
    }

    /**
     * Returns {@code Retry-After} in seconds, or null if it is absent or a date, which a KVStore server never sends.
     */
    static @Nullable Duration retryAfter(HttpHeaders headers) {
        String text = headers.firstValue("Retry-After").orElse("");
        try {
            return text.isEmpty() ? null : Duration.ofSeconds(Math.max(0, Long.parseLong(text.strip())));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    static ClientException.ErrorResponse decode(Transport.Reply<byte[]> reply) {
        return decode(reply, reply.response().body());
    }

    /** @param body any bytes, for example of a page that a proxy generated */
    static ClientException.ErrorResponse decode(Transport.Reply<?> reply, byte[] body) {
        JsonNode json = object(reply, body);
        Problem problem = problem(json);
        String requestId = reply.header("X-Request-Id");
        if (json != null && json.path("failures").isArray()) {
            return new ClientException.BatchFailed(reply.status(), problem, requestId, failures(json.path("failures")));
        }
        if (reply.status() == PRECONDITION_FAILED) {
            String etag = reply.header("ETag");
            return new ClientException.ConditionFailed(
                    problem,
                    requestId,
                    reply.outcomeUnknown(),
                    etag == null ? null : new ETag(etag),
                    number(reply.header("KV-Revision")));
        }
        if (reply.status() == GONE && json != null) {
            return new ClientException.HistoryGone(
                    problem,
                    requestId,
                    json.path("oldest").asLong(),
                    json.path("revision").asLong());
        }
        return new ClientException.ErrorResponse(
                reply.status(), problem, retryAfter(reply.response().headers()), requestId, reply.outcomeUnknown());
    }

    private static Problem problem(@Nullable JsonNode json) {
        if (json == null) {
            return new Problem(NO_TITLE, NO_DETAIL, null, Map.of());
        }
        Map<String, Object> members = new HashMap<>(Json.members(json));
        members.keySet().removeAll(STANDARD_MEMBERS);
        return new Problem(
                json.path("title").asText(NO_TITLE),
                json.path("detail").asText(NO_DETAIL),
                json.has("key") ? json.path("key").asText() : null,
                Map.copyOf(members));
    }

    private static @Nullable JsonNode object(Transport.Reply<?> reply, byte[] body) {
        String type = reply.header("Content-Type");
        if (type == null || !type.startsWith("application/problem+json")) {
            return null;
        }
        try {
            JsonNode json = Json.tree(body);
            return json.isObject() ? json : null;
        } catch (IOException e) {
            return null; // the exception then carries the status alone
        }
    }

    private static List<ClientException.BatchFailed.Failure> failures(JsonNode array) {
        List<ClientException.BatchFailed.Failure> failures = new ArrayList<>();
        for (JsonNode each : array) {
            failures.add(new ClientException.BatchFailed.Failure(
                    each.path("index").asInt(),
                    each.path("op").asText(),
                    each.path("key").asText(),
                    each.path("reason").asText(),
                    each.has("etag") ? new ETag(each.path("etag").asText()) : null));
        }
        return failures;
    }

    private static long number(@Nullable String header) {
        try {
            return header == null ? 0 : Long.parseLong(header);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
