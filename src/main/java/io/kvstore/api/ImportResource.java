package io.kvstore.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.http.Gunzip;
import io.kvstore.http.Header;
import io.kvstore.http.Json;
import io.kvstore.http.JsonInput;
import io.kvstore.http.MeteredBody;
import io.kvstore.http.Problem;
import io.kvstore.http.Query;
import io.kvstore.http.Quoting;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import io.kvstore.keyspace.Import;
import io.kvstore.keyspace.Import.Mode;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Selection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /import}: writes rows to the store while it receives them. Uses the memory of two commits.
 *
 * <p>Committed rows are kept, even if the import fails later. If the input is invalid at some point, all rows before that
 * point are committed.
 */
final class ImportResource implements Resource {

    private static final List<String> METHODS = List.of("POST", "OPTIONS");
    private static final List<String> PARAMETERS = List.of("mode");
    private static final int FORBIDDEN = 403;
    private static final int UNAVAILABLE = 503;

    private final Keyspace keyspace;
    private final Limits limits;
    private final JsonFactory json;

    ImportResource(Keyspace keyspace, Limits limits) {
        this.keyspace = keyspace;
        this.limits = limits;
        this.json = Json.parsers(limits.valueBytes());
    }

    @Override
    public List<String> methods() {
        return METHODS;
    }

    @Override
    public List<String> parameters(String method) {
        return method.equals("POST") ? PARAMETERS : List.of();
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
        Mode mode = mode(query.value("mode"));
        Authorization authorization = context.authorization();
        if (mode == Mode.REPLACE) {
            authorization.requireWriting(
                    Selection.ALL,
                    "mode=replace deletes every key that has no row; use mode=merge, which deletes none");
        }
        boolean gzip = isGzip(request.headers(Header.CONTENT_ENCODING));
        try (Import running = new Import(keyspace, mode)) {
            run(running, authorization, request, gzip, mode);
            answer(running, mode, response);
        }
    }

    private void run(Import running, Authorization authorization, Request request, boolean gzip, Mode mode)
            throws IOException {
        try {
            readRows(request, gzip, mode, authorization, running);
            running.finish();
        } catch (Problem problem) {
            throw problem.with(out -> writeCounts(running, out));
        } catch (RuntimeException | Error failure) {
            throw commitFailed(running, failure);
        }
    }

    private static Mode mode(@Nullable String name) {
        return switch (name == null ? "merge" : name) {
            case "merge" -> Mode.MERGE;
            case "skip" -> Mode.SKIP;
            case "replace" -> Mode.REPLACE;
            default ->
                throw Problem.badRequest("query parameter mode must be merge, skip or replace, not "
                        + Quoting.quote(String.valueOf(name)));
        };
    }

    /** Returns whether the header declares the body as gzip. The body may be gzip even if the header does not say so. */
    private static boolean isGzip(@Nullable List<String> encodings) {
        String encoding = encodings == null ? "identity" : String.join(", ", encodings);
        return switch (encoding.trim().toLowerCase(Locale.ROOT)) {
            case "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default ->
                throw new Problem(415, "Content-Encoding must be gzip or identity, not " + Quoting.quote(encoding));
        };
    }

    /** Imports all rows. If the input is invalid, commits the rows before that point and throws a problem with the reason. */
    private void readRows(Request request, boolean gzip, Mode mode, Authorization authorization, Import running)
            throws IOException {
        try (MeteredBody in = request.metered(decoded(request.bodyStream("an import", Long.MAX_VALUE), gzip))) {
            JsonInput input = new JsonInput(json, in);
            RowReader rows = new RowReader(input, limits);
            for (RowReader.Row row = rows.next(); row != null; row = rows.next()) {
                if (!authorization.mayWrite(row.key())) {
                    String detail = input.problem("this token may not write the key of this row")
                            .detail();
                    throw Problems.about(row.key(), new Problem(FORBIDDEN, detail));
                }
                running.put(row.key(), row.content(), row.expiryMillis());
                in.passOn();
            }
            if (mode == Mode.REPLACE && rows.isEmpty()) {
                throw Problem.badRequest("mode=replace with neither a row nor an end row would delete all keys: the"
                        + " file may be unreadable; to delete all keys, send {\"end\":true,\"count\":0}");
            }
        } catch (Problem bad) {
            running.commit();
            throw bad.status() == UNAVAILABLE || bad.status() == FORBIDDEN ? bad : Problem.badRequest(bad.detail());
        } catch (ZipException bad) {
            running.commit();
            throw Problem.badRequest(String.valueOf(bad.getMessage()));
        }
    }

    /** Decompresses gzip even without a header: no valid text starts with the first two bytes of gzip data. */
    private static InputStream decoded(InputStream body, boolean gzip) throws IOException {
        PushbackInputStream in = new PushbackInputStream(body, 2);
        byte[] start = in.readNBytes(2);
        in.unread(start);
        return gzip || Gunzip.isGzip(start) ? new Gunzip(in) : in;
    }

    private static Problem commitFailed(Import running, Throwable failure) {
        Problem cause = Problems.of(failure);
        Problem problem = new Problem(
                        cause.status(),
                        "the commit after " + running.imported() + " imported rows failed: " + cause.detail())
                .with(out -> writeCounts(running, out))
                .because(failure);
        cause.headers().forEach(problem::header);
        return problem;
    }

    private static void writeCounts(Import running, JsonGenerator out) throws IOException {
        out.writeNumberField("imported", running.imported());
        out.writeNumberField("skipped", running.skipped());
    }

    private static void answer(Import done, Mode mode, Response response) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = Json.generator(bytes)) {
            out.writeStartObject();
            writeCounts(done, out);
            if (mode == Mode.REPLACE) {
                out.writeNumberField("deleted", done.deleted());
            }
            out.writeNumberField("revision", done.revision());
            out.writeEndObject();
        }
        response.header(Header.CONTENT_TYPE, "application/json");
        response.header(Header.CACHE_CONTROL, "no-store");
        response.header(Header.KV_REVISION, Long.toString(done.revision()));
        response.bytes(200, bytes.toByteArray());
    }
}
