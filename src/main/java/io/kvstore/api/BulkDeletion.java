package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.http.Header;
import io.kvstore.http.Json;
import io.kvstore.http.MediaType;
import io.kvstore.http.Problem;
import io.kvstore.http.Query;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import io.kvstore.keyspace.BatchOutcome;
import io.kvstore.keyspace.Command;
import io.kvstore.keyspace.Conditions;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Outcome;
import io.kvstore.keyspace.Selection;
import io.kvstore.keyspace.Walk;
import io.kvstore.store.EntryPageRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code DELETE /keys}: deletes the keys that filters select, in commits of at most 1,000 keys or about a megabyte of keys.
 * Each commit is atomic. A selected key is deleted if it exists at the time of its commit, even if it was written after the
 * deletion started.
 */
final class BulkDeletion {

    private static final String ALL = "all";

    static final List<String> PARAMETERS = parameters();

    /** Headers that make a change depend on the state of one key. They are rejected: a bulk deletion has no such state. */
    private static final List<String> CONDITIONS =
            List.of(Header.IF_MATCH, Header.IF_NONE_MATCH, Header.IF_UNMODIFIED_SINCE);

    private final Keyspace keyspace;

    BulkDeletion(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    private static List<String> parameters() {
        List<String> all = new ArrayList<>(SelectionParameters.PARAMETERS);
        all.add(ALL);
        return List.copyOf(all);
    }

    void answer(RequestContext context) throws IOException {
        Request request = context.request();
        Query query = context.query();
        Response response = context.response();
        Selection selection = selection(query);
        for (String condition : CONDITIONS) {
            if (request.header(condition) != null) {
                throw Problem.badRequest(condition + " applies to a single key: remove it from DELETE /keys");
            }
        }
        context.authorization().requireWriting(selection, "narrow the selection with prefix, start or end");
        Progress progress = new Progress();
        try {
            delete(selection, progress);
        } catch (RuntimeException e) {
            throw progress.deleted == 0 ? e : Problems.midway(progress.deleted + " keys were deleted", e);
        }
        response.header(Header.CONTENT_TYPE, MediaType.JSON);
        response.header(Header.CACHE_CONTROL, "no-store");
        response.header(Header.KV_REVISION, Long.toString(progress.revision));
        response.bytes(200, json(progress));
    }

    private static Selection selection(Query query) {
        boolean all = query.flag(ALL, false);
        boolean filtered = SelectionParameters.given(query);
        if (all && filtered) {
            throw Problem.badRequest("query parameter " + ALL
                    + "=true deletes every key and cannot be combined with a filter: give only one of them");
        }
        if (!all && !filtered) {
            throw Problem.badRequest("DELETE /keys needs a filter (" + String.join(", ", SelectionParameters.PARAMETERS)
                    + "), or " + ALL + "=true to delete every key");
        }
        return SelectionParameters.selection(query);
    }

    /** The effect of the commits so far. */
    private static final class Progress {
        private long deleted;
        private long revision;
    }

    private void delete(Selection selection, Progress progress) {
        progress.revision = keyspace.revision();
        Walk<Long> walk = keyspace.walkKeys(selection, null);
        List<Command> commands = new ArrayList<>();
        long bytes = 0;
        for (List<Map.Entry<Key, Long>> page = walk.next(); page != null; page = walk.next()) {
            for (Map.Entry<Key, Long> entry : page) {
                commands.add(new Command.Delete(entry.getKey(), Conditions.NONE));
                bytes += entry.getKey().size();
                if (commands.size() == EntryPageRequest.ROWS || bytes >= EntryPageRequest.BYTES) {
                    commit(commands, progress);
                    bytes = 0;
                }
            }
        }
        commit(commands, progress);
    }

    private void commit(List<Command> commands, Progress progress) {
        if (!commands.isEmpty()) {
            BatchOutcome outcome = keyspace.executeEach(List.copyOf(commands));
            progress.deleted += outcome.outcomes().stream()
                    .filter(each -> each.status() == Outcome.Status.DELETED)
                    .count();
            progress.revision = outcome.revision();
            commands.clear();
        }
    }

    private static byte[] json(Progress progress) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.generator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("deleted", progress.deleted);
            json.writeNumberField("revision", progress.revision);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
