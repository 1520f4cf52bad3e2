package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.http.Accept;
import io.kvstore.http.Header;
import io.kvstore.http.Json;
import io.kvstore.http.MediaType;
import io.kvstore.http.Query;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.KeyRanges;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Selection;
import io.kvstore.keyspace.Value;
import io.kvstore.keyspace.Walk;
import io.kvstore.store.Count;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * {@code /keys}: lists, counts or deletes many keys.
 *
 * <p>A listing is read page by page, and each page is sent before the next one is read. So a response of any length takes the
 * memory of one page, and no lock is held while bytes are sent.
 */
final class KeysResource implements Resource {

    private static final List<String> METHODS = List.of("GET", "HEAD", "DELETE", "OPTIONS");
    private static final List<String> NO_STORE = List.of("no-store");

    private final Keyspace keyspace;
    private final BulkDeletion deletion;
    private final long seed;

    /** @param seed see {@link KeyPrints} */
    KeysResource(Keyspace keyspace, long seed) {
        this.keyspace = keyspace;
        this.deletion = new BulkDeletion(keyspace);
        this.seed = seed;
    }

    @Override
    public List<String> methods() {
        return METHODS;
    }

    @Override
    public List<String> parameters(String method) {
        return method.equals("DELETE") ? BulkDeletion.PARAMETERS : ListingQuery.PARAMETERS;
    }

    @Override
    public RequiredAccess requiredAccess() {
        return RequiredAccess.TOKEN;
    }

    @Override
    public void answer(RequestContext context) throws IOException {
        Request request = context.request();
        Query query = context.query();
        Response response = context.response();
        if (request.method().equals("DELETE")) {
            deletion.answer(context);
            return;
        }
        ListingQuery requested = ListingQuery.parse(query);
        Selection readable = context.authorization().readable(requested.selection(), response);
        ListingQuery listing = requested.withSelection(readable);
        boolean lines = Accept.lines(request, MediaType.JSON) && !listing.count();
        response.header(Header.CONTENT_TYPE, lines ? MediaType.NDJSON : MediaType.JSON);
        response.header(Header.CACHE_CONTROL, NO_STORE);
        response.vary(Header.ACCEPT);
        if (listing.count()) {
            byte[] json = countJson(count(listing, query, response));
            response.bytes(200, json);
        } else if (request.method().equals("HEAD")) {
            if (listing.limit() != ListingQuery.NO_LIMIT) {
                writePageHeaders(keys(listing), query, response);
            }
            count(listing, query, response);
            response.empty(200);
        } else if (lines) {
            RowWriter.Opener<Value> opener = (out, revision) -> RowWriter.lines(out, listing.values(), revision);
            list(pairs(listing), opener, query, response);
        } else if (listing.values()) {
            list(pairs(listing), (out, revision) -> RowWriter.pairs(out), query, response);
        } else {
            list(keys(listing), (out, revision) -> RowWriter.keys(out), query, response);
        }
    }

    private ListingPage<Value> pairs(ListingQuery listing) {
        Walk<Value> walk = keyspace.walk(listing.selection(), listing.after());
        return page(listing, walk, value -> value.bytes().length);
    }

    private ListingPage<Long> keys(ListingQuery listing) {
        return page(listing, keyspace.walkKeys(listing.selection(), listing.after()), expiry -> 0);
    }

    private <E> ListingPage<E> page(ListingQuery listing, Walk<E> walk, ToLongFunction<E> bytes) {
        return listing.limit() == ListingQuery.NO_LIMIT
                ? ListingPage.whole(walk)
                : ListingPage.limited(listing.limit(), walk, bytes, keyspace, listing.selection(), seed);
    }

    private static <E> void list(ListingPage<E> page, RowWriter.Opener<E> opener, Query query, Response response)
            throws IOException {
        writePageHeaders(page, query, response);
        // No try-with-resources: closing the writer after a failure would complete the response.
        RowWriter<E> writer = opener.open(response.stream(200), page.revision());
        page.writeTo(writer);
        writer.end();
    }

    /** Sets the headers for the revision and for the next page, if there is one. */
    private static void writePageHeaders(ListingPage<?> page, Query query, Response response) {
        response.header(Header.KV_REVISION, Long.toString(page.revision()));
        Key next = page.next();
        if (next != null) {
            String cursor = new Cursor(next, query.flag("reverse", false)).text();
            response.header(Header.KV_NEXT_CURSOR, cursor);
            response.header(Header.LINK, "</keys?" + query.with(Cursor.PARAMETER, cursor) + ">; rel=\"next\"");
        }
    }

    private long count(ListingQuery listing, Query query, Response response) {
        boolean all =
                !SelectionParameters.given(query) && listing.selection().keys().equals(KeyRanges.ALL);
        Count count = all ? keyspace.count() : keyspace.count(listing.selection());
        response.header(Header.KV_COUNT, Long.toString(count.keys()));
        response.header(Header.KV_REVISION, Long.toString(count.revision()));
        return count.keys();
    }

    private static byte[] countJson(long count) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("count", count);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
