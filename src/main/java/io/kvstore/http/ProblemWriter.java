package io.kvstore.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;

/** Sends problems as {@code application/problem+json}, RFC 9457. */
public final class ProblemWriter {

    private ProblemWriter() {}

    /**
     * Sends a problem as the response.
     *
     * @throws IOException if the response cannot be sent completely
     */
    public static void send(Problem problem, Response response) throws IOException {
        problem.headers().forEach(response::header);
        response.header(Header.CONTENT_TYPE, "application/problem+json");
        response.header(Header.CACHE_CONTROL, "no-store");
        response.bytes(problem.status(), json(problem));
    }

    private static byte[] json(Problem problem) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = Json.generator(bytes)) {
            json.writeStartObject();
            json.writeStringField("type", "about:blank");
            json.writeStringField("title", title(problem.status()));
            json.writeNumberField("status", problem.status());
            json.writeStringField("detail", problem.detail());
            for (Map.Entry<String, String> member : problem.textMembers().entrySet()) {
                json.writeStringField(member.getKey(), member.getValue());
            }
            Problem.Members members = problem.members();
            if (members != null) {
                members.write(json);
            }
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 412 -> "Precondition Failed";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 416 -> "Range Not Satisfiable";
            case 421 -> "Misdirected Request";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            case 507 -> "Insufficient Storage";
            default -> throw new IllegalArgumentException("no problem has status " + status);
        };
    }
}
