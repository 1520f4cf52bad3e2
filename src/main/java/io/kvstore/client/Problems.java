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

/** Makes exceptions of answers that are errors. */
final class Problems {

    private static final int NOT_IMPLEMENTED = 501;
    private static final List<String> STANDARD = List.of("type", "title", "status", "detail", "key");

    private Problems() {}

    /** Whether a server that answers so may have done what it was asked, or may find it done when it is opened again. */
    static boolean leavesOutcomeUnknown(int status) {
        return status >= 500 && status != NOT_IMPLEMENTED;
    }

    /** How long the server asks to be left alone; null where it does not, or by a date, which ours never gives. */
    static @Nullable Duration retryAfter(HttpHeaders headers) {
        String text = headers.firstValue("Retry-After").orElse("");
        try {
            return text.isEmpty() ? null : Duration.ofSeconds(Math.max(0, Long.parseLong(text.strip())));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    static ResponseException of(Transport.Reply<byte[]> reply) {
        return of(reply, reply.response().body());
    }

    /** @param body may be anything: a proxy may have written it */
    static ResponseException of(Transport.Reply<?> reply, byte[] body) {
        JsonNode json = object(reply, body);
        int status = reply.status();
        Map<String, Object> members = new HashMap<>(json == null ? Map.of() : Json.members(json));
        members.keySet().removeAll(STANDARD);
        Problem problem = new Problem(
                json == null ? "an error" : json.path("title").asText("an error"),
                json == null ? "the server said no more" : json.path("detail").asText("the server said no more"),
                json == null || !json.has("key") ? null : json.path("key").asText(),
                Map.copyOf(members));
        String requestId = reply.header("X-Request-Id");
        if (json != null && json.path("failures").isArray()) {
            return new BatchFailedException(status, problem, requestId, failures(json.path("failures")));
        }
        if (status == 412) {
            String etag = reply.header("ETag");
            return new ConditionFailedException(
                    problem,
                    requestId,
                    reply.outcomeUnknown(),
                    etag == null ? null : new ETag(etag),
                    number(reply.header("KV-Revision")));
        }
        if (status == 410 && json != null) {
            return new HistoryGoneException(
                    problem,
                    requestId,
                    json.path("oldest").asLong(),
                    json.path("revision").asLong());
        }
        return new ResponseException(
                status, problem, retryAfter(reply.response().headers()), requestId, reply.outcomeUnknown());
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
            return null; // the status says enough
        }
    }

    private static List<BatchFailedException.Failure> failures(JsonNode array) {
        List<BatchFailedException.Failure> failures = new ArrayList<>();
        for (JsonNode each : array) {
            failures.add(new BatchFailedException.Failure(
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
