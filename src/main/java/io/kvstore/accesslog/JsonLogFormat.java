package io.kvstore.accesslog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.kvstore.http.RequestLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** One JSON object per line. A member without a value is null. */
final class JsonLogFormat implements LogFormat {

    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final double SECOND_NANOS = 1e9;

    @Override
    public void write(RequestLog.Entry entry, ByteArrayOutputStream out) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("time", TIME.format(Instant.ofEpochMilli(entry.startMillis())));
            json.writeStringField("client", entry.client().getHostAddress());
            json.writeStringField("user", entry.user());
            json.writeStringField("method", entry.method());
            json.writeStringField("path", entry.path());
            json.writeStringField("query", RedactedQuery.of(entry));
            json.writeStringField("protocol", entry.protocol());
            if (entry.status() == 0) {
                json.writeNullField("status");
            } else {
                json.writeNumberField("status", entry.status());
            }
            json.writeNumberField("request_bytes", entry.requestBodyBytes());
            json.writeNumberField("response_bytes", entry.responseBodyBytes());
            json.writeNumberField("seconds", entry.nanos() / SECOND_NANOS);
            json.writeStringField("user_agent", entry.userAgent());
            json.writeStringField("request_id", entry.requestId());
            json.writeBooleanField("complete", entry.complete());
            json.writeEndObject();
        }
        out.write('\n');
    }
}
