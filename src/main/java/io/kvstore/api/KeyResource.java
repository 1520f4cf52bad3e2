package io.kvstore.api;

import io.kvstore.api.OperationFields.Field;
import io.kvstore.http.Header;
import io.kvstore.http.MediaType;
import io.kvstore.http.Problem;
import io.kvstore.http.Query;
import io.kvstore.http.Quoting;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import io.kvstore.keyspace.Command;
import io.kvstore.keyspace.Expiry;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Match;
import io.kvstore.keyspace.Outcome;
import io.kvstore.keyspace.Value;
import io.kvstore.keyspace.Version;
import io.kvstore.store.PendingCommit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code /keys/{key}}: one key and its value. */
final class KeyResource implements Resource {

    private static final List<String> METHODS = List.of("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS");
    private static final List<Operation> POST_OPERATIONS = Operation.ofMethod("POST");
    private static final List<String> PUT_PARAMETERS = parameters(Operation.ofMethod("PUT"));
    private static final List<String> POST_PARAMETERS = parameters(POST_OPERATIONS);

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

    /** Returns the query parameters of the operations: {@code op} if there are several, then those of their fields. */
    private static List<String> parameters(List<Operation> operations) {
        List<String> names = new ArrayList<>();
        if (operations.size() > 1) {
            names.add("op");
        }
        for (Field field : Field.values()) {
            if (isParameter(field) && operations.stream().anyMatch(operation -> operation.takes(field))) {
                names.add(field.label());
            }
        }
        return List.copyOf(names);
    }

    private static boolean isParameter(Field field) {
        return switch (field) {
            case BY, TTL -> true;
            case VALUE, BASE64, TYPE, EXISTS, IF_MATCH, IF_NONE_MATCH -> false;
        };
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
    public RequiredAccess requiredAccess() {
        return RequiredAccess.TOKEN;
    }

    @Override
    public void answer(RequestContext context) throws IOException {
        Request request = context.request();
        Key key = KeyPath.key(request.target(), limits.keyBytes());
        try {
            authorize(key, request.method(), context.authorization());
            switch (request.method()) {
                case "GET", "HEAD" -> get(key, request, context.response());
                case "PUT" -> execute(write(Operation.of(Command.Kind.PUT), key, request, context.query()), context);
                case "POST" -> execute(write(postOperation(context.query()), key, request, context.query()), context);
                case "DELETE" -> execute(delete(key, request), context);
                default -> throw unexpected(request.method());
            }
        } catch (Problem problem) {
            throw Problems.about(key, problem);
        }
    }

    private void execute(Command command, RequestContext context) throws IOException {
        PendingCommit<Outcome> commit = keyspace.begin(command);
        context.onComplete(commit, () -> answer(command, commit.join(), context.response()));
    }

    /**
     * Authorizes the request before the body is read and the store is asked, so that an unauthorized client neither learns
     * whether the key exists nor uploads a body in vain.
     */
    private static void authorize(Key key, String method, Authorization authorization) {
        switch (method) {
            case "GET", "HEAD" -> authorization.requireReading(key);
            case "PUT", "POST", "DELETE" -> authorization.requireWriting(key);
            default -> throw unexpected(method);
        }
    }

    private static IllegalStateException unexpected(String method) {
        return new IllegalStateException("the router must reject the method " + method);
    }

    private void get(Key key, Request request, Response response) throws IOException {
        Value value = keyspace.get(key);
        if (value == null) {
            // Read the revision before looking again: a client that watches from this revision must not miss the
            // creation of
            // the key.
            long revision = keyspace.revision();
            value = keyspace.get(key);
            if (value == null) {
                throw Problems.missing(revision);
            }
        }
        valueAnswer.send(value, request, response);
    }

    private static Operation postOperation(Query query) {
        String label = query.value("op");
        if (label == null) {
            throw Problem.badRequest("POST needs the query parameter op, one of " + Operation.labels(POST_OPERATIONS));
        }
        Operation operation = Operation.find(label);
        if (operation == null || !"POST".equals(operation.method())) {
            throw Problem.badRequest("query parameter op must be one of " + Operation.labels(POST_OPERATIONS) + ", not "
                    + Quoting.quote(label));
        }
        return operation;
    }

    /** Ignores a body: a body has no meaning for DELETE, RFC 9110 section 9.3.5. */
    private Command delete(Key key, Request request) {
        Operation operation = Operation.of(Command.Kind.DELETE);
        return operation.command(key, conditions(request), new RequestErrors(operation, request), limits.valueBytes());
    }

    /** Reads the body last, so a request with another mistake is rejected without reading it. */
    private Command write(Operation operation, Key key, Request request, Query query) throws IOException {
        RequestErrors errors = new RequestErrors(operation, request);
        OperationFields fields = conditions(request);
        if (query.value(Field.BY.label()) != null) {
            fields.by(query.number(Field.BY.label(), Long.MIN_VALUE, Long.MAX_VALUE, 1));
        }
        if (query.value(TimeToLive.PARAMETER) != null || request.header(Header.KV_TTL) != null) {
            fields.ttl(TimeToLive.of(request, query, Expiry.KEEP));
        }
        operation.rejectOthers(fields, errors);
        readBody(operation, request, fields);
        return operation.command(key, fields, errors, limits.valueBytes());
    }

    /** Reads the value and its type; if the operation takes no value, only a body that is not empty counts as given. */
    private void readBody(Operation operation, Request request, OperationFields fields) throws IOException {
        if (!operation.takes(Field.VALUE)) {
            byte[] body = request.body(limits.valueBytes());
            if (body.length > 0) {
                fields.value(body);
            }
            return;
        }
        if (request.header(Header.CONTENT_ENCODING) != null) {
            throw new Problem(415, "Content-Encoding is not supported: a value is stored as it is sent");
        }
        if (request.header(Header.CONTENT_RANGE) != null) {
            throw Problem.badRequest("Content-Range is not supported: a write replaces the whole value");
        }
        String type = MediaType.parse(request.headers(Header.CONTENT_TYPE));
        if (type != null) {
            fields.type(type);
        }
        fields.value(request.body(limits.valueBytes()));
    }

    /** Returns fields with the conditions of a request that writes. */
    private static OperationFields conditions(Request request) {
        if (request.header(Header.IF_UNMODIFIED_SINCE) != null) {
            throw Problem.badRequest("If-Unmodified-Since cannot guard a write, because its resolution of a second is"
                    + " too coarse: use If-Match with an ETag");
        }
        OperationFields fields = new OperationFields();
        Match ifMatch = EntityTag.match(request, Header.IF_MATCH, true);
        if (ifMatch != null) {
            fields.ifMatch(ifMatch);
        }
        Match ifNoneMatch = EntityTag.match(request, Header.IF_NONE_MATCH, false);
        if (ifNoneMatch != null) {
            fields.ifNoneMatch(ifNoneMatch);
        }
        return fields;
    }

    private record RequestErrors(Operation requested, Request request) implements Operation.ErrorContext {

        @Override
        public String operation() {
            return requested.label();
        }

        @Override
        public String field(Field field) {
            return switch (field) {
                case VALUE -> "a body";
                case TYPE -> Header.CONTENT_TYPE;
                case BY -> "query parameter " + field.label();
                case TTL -> request.header(Header.KV_TTL) == null ? "query parameter " + field.label() : Header.KV_TTL;
                case IF_MATCH -> Header.IF_MATCH;
                case IF_NONE_MATCH -> Header.IF_NONE_MATCH;
                case BASE64, EXISTS -> field.label(); // only in batches
            };
        }

        @Override
        public Problem problem(String detail) {
            return Problem.badRequest(detail);
        }
    }

    private static void answer(Command command, Outcome outcome, Response response) throws IOException {
        int status = status(command, outcome);
        Version current = outcome.current();
        if (current != null) {
            response.header(Header.ETAG, EntityTag.of(current));
        }
        response.header(Header.KV_REVISION, Long.toString(outcome.revision()));
        Value value = outcome.value();
        if (value != null && Operation.of(command.kind()).result() == Operation.Result.NUMBER) {
            response.header(Header.CONTENT_TYPE, MediaType.TEXT);
            response.bytes(status, value.bytes());
        } else {
            response.empty(status);
        }
    }

    private static int status(Command command, Outcome outcome) {
        return switch (outcome.status()) {
            case CREATED -> 201;
            case REPLACED, DELETED, UNCHANGED -> 200;
            case MISSING, CONDITION_FAILED, NOT_A_NUMBER, OVERFLOW, TOO_LONG, TOO_MUCH ->
                throw Problems.about(command.key(), failure(command, outcome));
        };
    }

    /** Returns 404 instead of 412 if the key is absent and the command needs an existing key. */
    private static Problem failure(Command command, Outcome outcome) {
        return outcome.current() == null && command.kind().needsExistingKey()
                ? Problems.missing(outcome.revision())
                : Problems.of(outcome);
    }
}
