package io.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.http.Problem;
import io.kvstore.http.Query;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Parses queries: they are rejected with 400, or writing and parsing them again gives the same parameters. */
public final class QueryFuzz {

    private static final List<String> TTL = List.of(TimeToLive.PARAMETER);

    private QueryFuzz() {}

    /** @param input a query in ISO 8859-1, as the server decodes it */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        try {
            Query query = Query.parse(text, ListingQuery.PARAMETERS);
            checkWrittenAgain(query, ListingQuery.PARAMETERS);
            ListingQuery.parse(query);
        } catch (Problem refused) {
            assertThat(refused.status()).isEqualTo(400);
        }
        try {
            String ttl = Query.parse(text, TTL).value(TimeToLive.PARAMETER);
            if (ttl != null) {
                TimeToLive.parse(TimeToLive.PARAMETER, ttl);
            }
        } catch (Problem refused) {
            assertThat(refused.status()).isEqualTo(400);
        }
    }

    private static void checkWrittenAgain(Query query, List<String> known) {
        for (String name : query.names()) {
            Query again = Query.parse(query.with(name, String.valueOf(query.value(name))), known);
            assertThat(again.names()).isEqualTo(query.names());
            for (String each : query.names()) {
                assertThat(again.value(each)).isEqualTo(query.value(each));
            }
        }
    }
}
