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
 * {@code POST /import}: rows into the store, as they come in, in the memory of two commits.
 *
 * <p>What was committed stays, whatever happens then. Where the input turns out to be bad, all rows before that place are.
 */
final class ImportResource implements Resource {

    private static final List<String> METHODS = List.of("POST", "OPTIONS");
    private static final List<String> PARAMETERS = List.of("mode");
    private static final int FORBIDDEN = 403;

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
        response.linger();
        Mode mode = mode(query.value("mode"));
        Authorization rights = context.authorization();
        if (mode == Mode.REPLACE) {
            rights.requireWriting(Selection.ALL, "mode=replace deletes every key that no row names, merge none");
        }
        boolean gzip = isGzip(request.headers(Header.CONTENT_ENCODING));
        try (Import running = new Import(keyspace, mode)) {
            run(running, rights, request, gzip, mode);
            answer(running, mode, response);
        }
    }

    private void run(Import running, Authorization rights, Request request, boolean gzip, Mode mode)
            throws IOException {
        try {
            take(request, gzip, mode, rights, running);
            running.finish();
        } catch (Problem problem) {
            throw problem.with(out -> writeCounts(running, out));
        } catch (RuntimeException | Error failure) {
            throw stopped(running, failure);
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

    /** Whether the body is said to be gzip; where it is not, it may be so nevertheless. */
    private static boolean isGzip(@Nullable List<String> encodings) {
        String encoding = encodings == null ? "identity" : String.join(", ", encodings);
        return switch (encoding.trim().toLowerCase(Locale.ROOT)) {
            case "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default ->
                throw new Problem(415, "Content-Encoding must be gzip or identity, not " + Quoting.quote(encoding));
        };
    }

    /** Reads the rows to the end. Where they are bad, takes those before that place, and says what is wrong. */
    private void take(Request request, boolean gzip, Mode mode, Authorization rights, Import running)
            throws IOException {
        try (MeteredBody in = request.metered(decoded(request.bodyStream("an import", Long.MAX_VALUE), gzip))) {
            JsonInput input = new JsonInput(json, in);
            RowReader rows = new RowReader(input, limits);
            for (RowReader.Row row = rows.next(); row != null; row = rows.next()) {
                if (!rights.mayWrite(row.key())) {
                    String detail = input.problem("no rule of the token allows to write the key of this row")
                            .detail();
                    throw Problems.about(row.key(), new Problem(FORBIDDEN, detail));
                }
                running.put(row.key(), row.content(), row.expiryMillis());
                in.passOn();
            }
            if (mode == Mode.REPLACE && rows.isEmpty()) {
                throw Problem.badRequest("mode=replace with neither a row nor an end row would delete all keys, which"
                        + " is what an unreadable file looks like; if that is meant, send {\"end\":true,\"count\":0}");
            }
        } catch (Problem bad) {
            running.commit();
            throw bad.lingers() || bad.status() == FORBIDDEN ? bad : Problem.badRequest(bad.detail());
        } catch (ZipException bad) {
            running.commit();
            throw Problem.badRequest(String.valueOf(bad.getMessage()));
        }
    }

    /** No text begins as gzip data do, so that they need not be announced. */
    private static InputStream decoded(InputStream body, boolean gzip) throws IOException {
        PushbackInputStream in = new PushbackInputStream(body, 2);
        byte[] start = in.readNBytes(2);
        in.unread(start);
        return gzip || Gunzip.isGzip(start) ? new Gunzip(in) : in;
    }

    private static Problem stopped(Import running, Throwable failure) {
        Problem told = Problems.of(failure);
        Problem problem = new Problem(
                        told.status(),
                        "the commit failed that was to follow on " + running.imported() + " imported rows: "
                                + told.detail())
                .with(out -> writeCounts(running, out))
                .because(failure);
        told.headers().forEach(problem::header);
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
