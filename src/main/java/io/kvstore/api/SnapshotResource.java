package io.kvstore.api;

import io.kvstore.http.Header;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.store.Snapshot;
import java.io.IOException;
import java.io.OutputStream;

/**
 * {@code /snapshot}: the whole store at one revision, as a file from which it can be restored.
 *
 * <p>{@code KV-Revision} is the revision of the store when the response starts. The snapshot contains all changes up to it.
 * It may have a later revision, which is recorded at its end. A snapshot that was cut off has no end, and a restore rejects
 * it.
 */
final class SnapshotResource implements Resource {

    private final Keyspace keyspace;

    SnapshotResource(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    @Override
    public RequiredAccess requiredAccess() {
        return RequiredAccess.ADMIN;
    }

    @Override
    public void answer(RequestContext context) throws IOException {
        Request request = context.request();
        Response response = context.response();
        if (request.method().equals("HEAD")) {
            writeHeaders(keyspace.revision(), response);
            response.empty(200);
            return;
        }
        Snapshot snapshot = keyspace.snapshot();
        writeHeaders(snapshot.from(), response);
        // No try-with-resources: closing the stream after a failure would complete the response.
        OutputStream out = response.stream(200);
        snapshot.writeTo(out);
        out.close();
    }

    private static void writeHeaders(long revision, Response response) {
        response.header(Header.CONTENT_TYPE, "application/octet-stream");
        response.header(Header.CONTENT_DISPOSITION, "attachment; filename=\"kvstore-" + revision + ".snapshot\"");
        response.header(Header.CACHE_CONTROL, "no-store");
        response.header(Header.KV_REVISION, Long.toString(revision));
    }
}
