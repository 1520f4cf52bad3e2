package io.kvstore.api;

import io.kvstore.keyspace.Command;
import io.kvstore.keyspace.Conditions;
import io.kvstore.keyspace.Content;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Match;
import io.kvstore.keyspace.Outcome;
import io.kvstore.keyspace.Value;
import io.kvstore.keyspace.Version;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /keys/{key}}: one key and its value. */
final class KeyResource implements Resource {

    private static final List<String> METHODS = List.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS");

    private final Keyspace keyspace;
    private final ValueAnswer valueAnswer;
    private final InstantSource clock;
    private final int keyBytesMax;
    private final int valueBytesMax;

    KeyResource(Keyspace keyspace, InstantSource clock, int keyBytesMax, int valueBytesMax) {
        this.keyspace = keyspace;
        this.valueAnswer = new ValueAnswer(keyspace, clock);
        this.clock = clock;
        this.keyBytesMax = keyBytesMax;
        this.valueBytesMax = valueBytesMax;
    }

    @Override
    public List<String> methods() {
        return METHODS;
    }

    @Override
    public void answer(Request request, Query query, Response response) throws IOException {
        Key key = request.target().key(keyBytesMax);
        try {
            switch (request.method()) {
                case "PUT" -> put(key, request, response);
                case "DELETE" -> delete(key, request, response);
                default -> get(key, request, response);
            }
        } catch (Problem problem) {
            throw problem.about(key);
        }
    }

    private void get(Key key, Request request, Response response) throws IOException {
        Value value = keyspace.get(key);
        if (value == null) {
            // The revision first: whoever goes on from it, by watching, must not miss that the key came.
            long revision = keyspace.revision();
            value = keyspace.get(key);
            if (value == null) {
                throw missing(revision);
            }
        }
        valueAnswer.send(value, request, response);
    }

    private void put(Key key, Request request, Response response) throws IOException {
        Conditions conditions = conditions(request);
        if (request.header(Header.KV_TTL) != null) {
            throw Problem.badRequest("KV-TTL is not supported yet: values do not expire");
        }
        if (request.header(Header.CONTENT_ENCODING) != null) {
            throw new Problem(415, "Content-Encoding is not taken: a value is stored as it is sent");
        }
        if (request.header(Header.CONTENT_RANGE) != null) {
            throw Problem.badRequest("Content-Range is not taken: a value is replaced as a whole");
        }
        String type = MediaType.stored(request.headers(Header.CONTENT_TYPE));
        Content content = new Content(request.body(valueBytesMax), type);
        Outcome outcome = keyspace.execute(new Command.Put(key, content, clock.millis(), conditions));
        Version current = outcome.current();
        if (outcome.status() == Outcome.Status.CONDITION_FAILED || current == null) {
            throw Problem.conditionFailed(current, outcome.revision());
        }
        response.header(Header.ETAG, EntityTag.of(current));
        response.header(Header.KV_REVISION, Long.toString(outcome.revision()));
        response.empty(outcome.status() == Outcome.Status.CREATED ? 201 : 200);
    }

    private void delete(Key key, Request request, Response response) throws IOException {
        Outcome outcome = keyspace.execute(new Command.Delete(key, conditions(request)));
        switch (outcome.status()) {
            case CONDITION_FAILED -> throw Problem.conditionFailed(outcome.current(), outcome.revision());
            case MISSING -> throw missing(outcome.revision());
            default -> {
                response.header(Header.KV_REVISION, Long.toString(outcome.revision()));
                response.empty(200);
            }
        }
    }

    private static Conditions conditions(Request request) {
        if (request.header(Header.IF_UNMODIFIED_SINCE) != null) {
            throw Problem.badRequest(
                    "If-Unmodified-Since guards no write, for a second is too coarse: use If-Match with an ETag");
        }
        Match ifMatch = match(request, Header.IF_MATCH, true);
        Match ifNoneMatch = match(request, Header.IF_NONE_MATCH, false);
        return ifMatch == null && ifNoneMatch == null ? Conditions.NONE : new Conditions(ifMatch, ifNoneMatch);
    }

    static @Nullable Match match(Request request, String header, boolean strong) {
        List<String> fields = request.headers(header);
        return fields == null ? null : EntityTag.match(header, fields, strong);
    }

    private static Problem missing(long revision) {
        return new Problem(404, "there is no such key").header(Header.KV_REVISION, Long.toString(revision));
    }
}
