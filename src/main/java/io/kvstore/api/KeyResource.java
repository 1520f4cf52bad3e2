package io.kvstore.api;

import io.kvstore.keyspace.Command;
import io.kvstore.keyspace.Conditions;
import io.kvstore.keyspace.Content;
import io.kvstore.keyspace.Expiry;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Match;
import io.kvstore.keyspace.Outcome;
import io.kvstore.keyspace.Value;
import io.kvstore.keyspace.Version;
import io.kvstore.store.PendingCommit;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /keys/{key}}: one key and its value. */
final class KeyResource implements Resource {

    private static final List<String> METHODS = List.of("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS");
    private static final List<String> PUT_PARAMETERS = List.of(TimeToLive.PARAMETER);
    private static final List<String> POST_PARAMETERS = List.of("op", "by", TimeToLive.PARAMETER);

    private static final String OPS = "increment, append, touch or persist";

    private final Keyspace keyspace;
    private final ValueAnswer valueAnswer;
    private final Limits limits;

    KeyResource(Keyspace keyspace, Limits limits) {
        this.keyspace = keyspace;
        this.valueAnswer = new ValueAnswer(keyspace);
        this.limits = limits;
    }

    @Override
    public List<String> methods() {
        return METHODS;
    }

    @Override
    public List<String> parameters(String method) {
        return switch (method) {
            case "PUT" -> PUT_PARAMETERS;
            case "POST" -> POST_PARAMETERS;
            default -> List.of();
        };
    }

    @Override
    public RequiredAccess demand() {
        return RequiredAccess.TOKEN;
    }

    @Override
    public void answer(Request request, Query query, Response response) throws IOException {
        Key key = request.target().key(limits.keyBytes());
        try {
            judge(key, request);
            switch (request.method()) {
                case "PUT" -> execute(put(key, request, query), response);
                case "POST" -> execute(operation(key, request, query), response);
                case "DELETE" -> execute(new Command.Delete(key, conditions(request)), response);
                default -> get(key, request, response);
            }
        } catch (Problem problem) {
            throw problem.about(key);
        }
    }

    private void execute(Command command, Response response) throws IOException {
        PendingCommit<Outcome> commit = keyspace.begin(command);
        response.after(commit, () -> answer(command, commit.join(), response));
    }

    /** Before the body is read, or the store asked: whoever may not do it learns nothing, and sends nothing for nothing. */
    private static void judge(Key key, Request request) {
        switch (request.method()) {
            case "GET", "HEAD" -> request.rights().requireReading(key);
            default -> request.rights().requireWriting(key);
        }
    }

    private void get(Key key, Request request, Response response) throws IOException {
        Value value = keyspace.get(key);
        if (value == null) {
            // The revision first: whoever goes on from it, by watching, must not miss that the key came.
            long revision = keyspace.revision();
            value = keyspace.get(key);
            if (value == null) {
                throw Problem.missing(revision);
            }
        }
        valueAnswer.send(value, request, response);
    }

    private Command put(Key key, Request request, Query query) throws IOException {
        Conditions conditions = conditions(request);
        Expiry expiry = TimeToLive.of(request, query, Expiry.NEVER);
        return new Command.Put(key, content(request), expiry, conditions);
    }

    private Content content(Request request) throws IOException {
        if (request.header(Header.CONTENT_ENCODING) != null) {
            throw new Problem(415, "Content-Encoding is not taken: a value is stored as it is sent");
        }
        if (request.header(Header.CONTENT_RANGE) != null) {
            throw Problem.badRequest("Content-Range is not taken: a value is replaced as a whole");
        }
        String type = MediaType.stored(request.headers(Header.CONTENT_TYPE));
        return new Content(request.body(limits.valueBytes()), type);
    }

    private Command operation(Key key, Request request, Query query) throws IOException {
        String op = query.value("op");
        if (op == null) {
            throw Problem.badRequest("POST needs a query parameter op, which is " + OPS);
        }
        return switch (op) {
            case "increment" -> increment(key, request, query);
            case "append" -> append(key, request, query);
            case "touch" -> touch(key, request, query);
            case "persist" -> persist(key, request, query);
            default -> throw Problem.badRequest("query parameter op must be " + OPS + ", not " + Text.quoted(op));
        };
    }

    private Command increment(Key key, Request request, Query query) throws IOException {
        Conditions conditions = conditions(request);
        long by = query.number("by", Long.MIN_VALUE, Long.MAX_VALUE, 1);
        Expiry expiry = TimeToLive.of(request, query, Expiry.KEEP);
        refuseBody("increment", request);
        return new Command.Increment(key, by, expiry, conditions);
    }

    private Command append(Key key, Request request, Query query) throws IOException {
        Conditions conditions = conditions(request);
        refuse("by", "append", query);
        Expiry expiry = TimeToLive.of(request, query, Expiry.KEEP);
        return new Command.Append(key, content(request), limits.valueBytes(), expiry, conditions);
    }

    private Command touch(Key key, Request request, Query query) throws IOException {
        Conditions conditions = conditions(request);
        refuse("by", "touch", query);
        Expiry expiry = TimeToLive.of(request, query, Expiry.KEEP);
        if (expiry.equals(Expiry.KEEP)) {
            throw Problem.badRequest("op=touch needs a time to live, as in ttl=60");
        }
        refuseBody("touch", request);
        return new Command.Touch(key, expiry, conditions);
    }

    private Command persist(Key key, Request request, Query query) throws IOException {
        Conditions conditions = conditions(request);
        refuse("by", "persist", query);
        refuse(TimeToLive.PARAMETER, "persist", query);
        if (request.header(Header.KV_TTL) != null) {
            throw Problem.badRequest("op=persist takes no " + Header.KV_TTL + ": it removes the expiry");
        }
        refuseBody("persist", request);
        return new Command.Touch(key, Expiry.NEVER, conditions);
    }

    private static void refuse(String parameter, String op, Query query) {
        if (query.value(parameter) != null) {
            throw Problem.badRequest("query parameter " + parameter + " has no meaning with op=" + op);
        }
    }

    private void refuseBody(String op, Request request) throws IOException {
        int size = request.body(limits.valueBytes()).length;
        if (size > 0) {
            throw Problem.badRequest("op=" + op + " takes no body, and " + size + " bytes were sent");
        }
    }

    private static void answer(Command command, Outcome outcome, Response response) throws IOException {
        if (outcome.status().isFailure() || outcome.status() == Outcome.Status.MISSING) {
            boolean missing = outcome.current() == null
                    && (command instanceof Command.Delete || command instanceof Command.Touch);
            throw (missing ? Problem.missing(outcome.revision()) : Problem.of(outcome)).about(command.key());
        }
        Version current = outcome.current();
        if (current != null) {
            response.header(Header.ETAG, EntityTag.of(current));
        }
        response.header(Header.KV_REVISION, Long.toString(outcome.revision()));
        int status = outcome.status() == Outcome.Status.CREATED ? 201 : 200;
        Value number = command instanceof Command.Increment ? outcome.value() : null;
        if (number == null) {
            response.empty(status);
        } else {
            response.header(Header.CONTENT_TYPE, MediaType.TEXT);
            response.bytes(status, number.bytes());
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
}
