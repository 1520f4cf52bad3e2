package io.kvstore.api;

import io.kvstore.http.Header;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.store.Snapshot;
import java.io.IOException;
import java.io.OutputStream;

/**
 * {@code /snapshot}: the whole store at one revision, as a file to restore from.
 *
 * <p>{@code KV-Revision} is that of the store when the answer began. The snapshot has everything up to it, and may be of a
 * later revision, which its own end tells. One that is cut off has no end, and is refused where it is to be restored.
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
            head(keyspace.revision(), response);
            response.empty(200);
            return;
        }
        Snapshot snapshot = keyspace.snapshot();
        head(snapshot.from(), response);
        // Not in a try block of its own: after a failure nobody may close it, for that would complete the answer.
        OutputStream out = response.stream(200);
        snapshot.writeTo(out);
        out.close();
    }

    private static void head(long revision, Response response) {
        response.header(Header.CONTENT_TYPE, "application/octet-stream");
        response.header(Header.CONTENT_DISPOSITION, "attachment; filename=\"kvstore-" + revision + ".snapshot\"");
        response.header(Header.CACHE_CONTROL, "no-store");
        response.header(Header.KV_REVISION, Long.toString(revision));
    }
}
