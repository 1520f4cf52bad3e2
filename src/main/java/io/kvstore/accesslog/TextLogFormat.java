package io.kvstore.accesslog;

import io.kvstore.http.RequestLog;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/*
 * Text from a client is escaped as nginx does it, so that a client cannot forge lines. The referer is always a dash,
 * because addresses of other sites may contain private data.
 */
/**
 * The Combined Log Format with two more fields:
 * {@code client - user [time] "request" status bytes "-" "agent" seconds id}. Other programs that read the format
 * ignore the last two.
 */
final class TextLogFormat implements LogFormat {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final long MICRO_NANOS = 1_000;
    private static final long SECOND_MICROS = 1_000_000;

    @Override
    public void write(RequestLog.Entry entry, ByteArrayOutputStream out) {
        StringBuilder line = new StringBuilder(256);
        line.append(entry.client().getHostAddress()).append(" - ");
        line.append(entry.user() == null ? "-" : entry.user());
        line.append(" [")
                .append(TIME.format(Instant.ofEpochMilli(entry.startMillis())))
                .append("] \"");
        escape(entry.method(), line);
        line.append(' ');
        escape(entry.path(), line);
        String query = RedactedQuery.of(entry);
        if (query != null) {
            line.append('?');
            escape(query, line);
        }
        line.append(' ');
        escape(entry.protocol(), line);
        line.append("\" ").append(entry.status() == 0 ? "-" : Integer.toString(entry.status()));
        line.append(' ').append(entry.responseBodyBytes()).append(" \"-\" \"");
        escape(entry.userAgent(), line);
        line.append("\" ");
        seconds(entry.nanos(), line);
        line.append(' ').append(entry.requestId()).append('\n');
        out.writeBytes(line.toString().getBytes(StandardCharsets.US_ASCII));
    }

    /** Appends a duration in seconds, with six decimals. */
    private static void seconds(long nanos, StringBuilder line) {
        long micros = (nanos + MICRO_NANOS / 2) / MICRO_NANOS;
        String decimals = Long.toString(SECOND_MICROS + micros % SECOND_MICROS);
        line.append(micros / SECOND_MICROS).append('.').append(decimals, 1, decimals.length());
    }

    private static void escape(@Nullable String text, StringBuilder line) {
        if (text == null) {
            line.append('-');
            return;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                line.append("\\x").append(HEX.toHexDigits((byte) c)); // each char is one byte of the request head
            } else {
                line.append(c);
            }
        }
    }
}
