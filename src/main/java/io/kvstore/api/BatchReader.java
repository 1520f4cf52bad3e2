package io.kvstore.api;

import com.fasterxml.jackson.core.JsonToken;
import io.kvstore.keyspace.Command;
import io.kvstore.keyspace.Conditions;
import io.kvstore.keyspace.Content;
import io.kvstore.keyspace.Expiry;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Match;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a batch: an object with {@code ops}, a list of operations, each an object whose fields come in any order. A field
 * that is unknown, or has no meaning for its operation, is refused: a name mistyped must not write what it was to guard.
 * For one batch.
 */
final class BatchReader {

    private static final String KINDS =
            Arrays.stream(Operation.Kind.values()).map(Operation.Kind::label).collect(Collectors.joining(", "));

    private final JsonInput json;
    private final Limits limits;
    private final List<Operation> operations = new ArrayList<>();

    /** The fields of the present operation, as far as they have come. */
    private Fields fields = new Fields();

    BatchReader(JsonInput json, Limits limits) {
        this.json = json;
        this.limits = limits;
    }

    private static final class Fields {
        private final List<String> given = new ArrayList<>(4);
        private Operation.@Nullable Kind kind;
        private @Nullable Key key;
        private byte @Nullable [] value;
        private byte @Nullable [] base64;
        private @Nullable String type;
        private @Nullable Expiry ttl;
        private @Nullable Match ifMatch;
        private @Nullable Match ifNoneMatch;
        private @Nullable Boolean exists;
        private long by = 1;
    }

    /** @throws Problem 400 when it is none; 413 when it has too many operations, or a value is too long */
    List<Operation> read() throws IOException {
        json.next();
        json.object("a batch");
        boolean found = false;
        for (String name = json.nextField(); name != null; name = json.nextField()) {
            if (!name.equals("ops")) {
                throw json.bad("unknown field " + Text.quoted(name) + "; a batch has ops");
            }
            readOperations();
            found = true;
        }
        if (!found) {
            throw json.bad("a batch has ops, a list of operations");
        }
        if (json.next() != null) {
            throw json.bad("there is more after the batch");
        }
        return operations;
    }

    private void readOperations() throws IOException {
        json.array("ops");
        while (json.next() != JsonToken.END_ARRAY) {
            if (operations.size() == limits.batchOps()) {
                throw new Problem(413, "a batch has at most " + limits.batchOps() + " operations here, not more");
            }
            json.object(name(""));
            fields = new Fields();
            for (String field = json.nextField(); field != null; field = json.nextField()) {
                read(field, name("." + field));
                fields.given.add(field);
            }
            operations.add(operation());
        }
    }

    /** How a part of the present operation is told of. */
    private String name(String part) {
        return "ops[" + operations.size() + "]" + part;
    }

    private void read(String field, String name) throws IOException {
        switch (field) {
            case "op" -> fields.kind = kind(json.text(name));
            case "key" -> fields.key = json.key(name);
            case "value" -> fields.value = json.value(name);
            case "base64" -> fields.base64 = json.base64(name);
            case "type" -> fields.type = json.type(name);
            case "ttl" -> fields.ttl = ttl(name);
            case "by" -> fields.by = json.number(name);
            case "exists" -> fields.exists = json.flag(name);
            case "if_match" -> fields.ifMatch = match(name, true);
            case "if_none_match" -> fields.ifNoneMatch = match(name, false);
            default -> throw json.bad(name("") + " has an unknown field " + Text.quoted(field));
        }
    }

    private Operation.Kind kind(String label) {
        for (Operation.Kind kind : Operation.Kind.values()) {
            if (kind.label().equals(label)) {
                return kind;
            }
        }
        throw json.bad(name(".op") + " must be one of " + KINDS + ", not " + Text.quoted(label));
    }

    private Expiry ttl(String name) throws IOException {
        String text = json.is(JsonToken.VALUE_STRING) ? json.text(name) : json.digits(name);
        return placed(() -> TimeToLive.parse(name, text));
    }

    private Match match(String name, boolean strong) throws IOException {
        String tags = json.text(name);
        return placed(() -> EntityTag.match(name, List.of(tags), strong));
    }

    private <T> T placed(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (Problem problem) {
            throw json.bad(problem.detail());
        }
    }

    private Operation operation() {
        Operation.Kind kind = required(fields.kind, "op, which is one of " + KINDS);
        Key key = required(fields.key, "key");
        for (String field : fields.given) {
            if (!field.equals("op") && !field.equals("key") && !kind.fields().contains(field)) {
                throw json.bad(name("." + field) + " has no meaning for " + kind.label());
            }
        }
        Conditions conditions = fields.ifMatch == null && fields.ifNoneMatch == null
                ? Conditions.NONE
                : new Conditions(fields.ifMatch, fields.ifNoneMatch);
        return new Operation(
                kind,
                switch (kind) {
                    case PUT ->
                        new Command.Put(key, content(), fields.ttl == null ? Expiry.NEVER : fields.ttl, conditions);
                    case DELETE -> new Command.Delete(key, conditions);
                    case INCREMENT -> new Command.Increment(key, fields.by, keptUnlessGiven(), conditions);
                    case APPEND ->
                        new Command.Append(key, content(), limits.valueBytes(), keptUnlessGiven(), conditions);
                    case TOUCH -> new Command.Touch(key, newTtl(), conditions);
                    case PERSIST -> new Command.Touch(key, Expiry.NEVER, conditions);
                    case GET -> new Command.Get(key);
                    case CHECK -> new Command.Check(key, checked());
                });
    }

    private <T> T required(@Nullable T field, String what) {
        if (field == null) {
            throw json.bad(name("") + " needs " + what);
        }
        return field;
    }

    private Content content() {
        byte[] bytes = fields.value == null ? fields.base64 : fields.value;
        if (bytes == null || (fields.value != null && fields.base64 != null)) {
            throw json.bad(name("") + " needs either value or base64, and has " + (bytes == null ? "neither" : "both"));
        }
        return new Content(bytes, fields.type);
    }

    private Expiry keptUnlessGiven() {
        return fields.ttl == null ? Expiry.KEEP : fields.ttl;
    }

    private Expiry newTtl() {
        Expiry ttl = required(fields.ttl, "ttl, as in \"ttl\":60");
        if (ttl.equals(Expiry.KEEP)) {
            throw json.bad(name(".ttl") + " must be a time to live, for to keep the present one touches nothing");
        }
        return ttl;
    }

    private Conditions checked() {
        Boolean exists = fields.exists;
        if ((exists == null) == (fields.ifMatch == null)) {
            throw json.bad(
                    name("") + " needs either exists or if_match, and has " + (exists == null ? "neither" : "both"));
        }
        if (exists == null) {
            return new Conditions(fields.ifMatch, null);
        }
        return exists ? new Conditions(Match.ANY, null) : new Conditions(null, Match.ANY);
    }
}
