package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.http.ByteRange;
import io.kvstore.http.Header;
import io.kvstore.http.HttpDate;
import io.kvstore.http.MediaType;
import io.kvstore.http.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Parses header values of conditions, ranges, dates and types: they are accepted, ignored, or rejected with 400. */
public final class HeadersFuzz {

    private static final int SIZE = 1_000;

    private HeadersFuzz() {}

    /** @param input a header value in ISO 8859-1, as the server decodes it */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        ByteRange range = ByteRange.parse(text, SIZE);
        if (range != null && range.length() > 0) {
            assertThat(range.from()).isBetween(0, SIZE - 1);
            assertThat(range.from() + range.length()).isBetween(1, SIZE);
        }
        HttpDate.parseSeconds(text, 0);
        MediaType.error(text);
        for (boolean strong : new boolean[] {true, false}) {
            try {
                EntityTag.match(Header.IF_MATCH, List.of(text), strong);
            } catch (Problem refused) {
                assertThat(refused.status()).isEqualTo(400);
            }
        }
    }
}
