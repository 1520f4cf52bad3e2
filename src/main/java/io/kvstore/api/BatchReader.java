package io.kvstore.api;

import com.fasterxml.jackson.core.JsonToken;
import io.kvstore.api.OperationFields.Field;
import io.kvstore.http.JsonInput;
import io.kvstore.http.Problem;
import io.kvstore.http.Quoting;
import io.kvstore.keyspace.Command;
import io.kvstore.keyspace.Expiry;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Match;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a batch: a JSON object with the field {@code ops}, an array of operations. The fields of an operation may come in
 * any order. Rejects a field that is unknown or has no meaning for its operation, so that a misspelled condition does not
 * leave a write unguarded. Reads one batch; not thread-safe.
 */
final class BatchReader {

    private static final String LABELS = Operation.labels(Operation.all());

    private final JsonInput json;
    private final EntryInput entry;
    private final Limits limits;
    private final List<Command> commands = new ArrayList<>();
    private final Operation.ErrorContext errors = new Operation.ErrorContext() {
        @Override
        public String operation() {
            return name("");
        }

        @Override
        public String field(Field field) {
            return name("." + field.label());
        }

        @Override
        public Problem problem(String detail) {
            return json.problem(detail);
        }
    };

    BatchReader(JsonInput json, Limits limits) {
        this.json = json;
        this.entry = new EntryInput(json, limits);
        this.limits = limits;
    }

    /**
     * Reads the whole input and returns the commands.
     *
     * @throws Problem 400 if the input is not a batch; 413 if the batch has too many operations or a value is too long
     */
    List<Command> read() throws IOException {
        json.next();
        json.requireObject("a batch");
        boolean found = false;
        for (String name = json.nextField(); name != null; name = json.nextField()) {
            if (!name.equals("ops")) {
                throw json.problem("unknown field " + Quoting.quote(name) + "; a batch has ops");
            }
            readOperations();
            found = true;
        }
        if (!found) {
            throw json.problem("a batch has ops, an array of operations");
        }
        if (json.next() != null) {
            throw json.problem("there is more after the batch");
        }
        return commands;
    }

    private void readOperations() throws IOException {
        json.requireArray("ops");
        while (json.next() != JsonToken.END_ARRAY) {
            if (commands.size() == limits.batchOps()) {
                throw new Problem(413, "a batch has at most " + limits.batchOps() + " operations, not more");
            }
            commands.add(readOperation());
        }
    }

    private Command readOperation() throws IOException {
        json.requireObject(name(""));
        Operation operation = null;
        Key key = null;
        OperationFields fields = new OperationFields();
        for (String label = json.nextField(); label != null; label = json.nextField()) {
            switch (label) {
                case "op" -> operation = operation(json.text(name(".op")));
                case "key" -> key = entry.key(name(".key"));
                default -> fields = read(field(label), fields);
            }
        }
        return required(operation, "op, one of " + LABELS)
                .command(required(key, "key"), fields, errors, limits.valueBytes());
    }

    /** Returns the name of a part of the current operation, for an error message. */
    private String name(String part) {
        return "ops[" + commands.size() + "]" + part;
    }

    private Operation operation(String label) {
        Operation operation = Operation.find(label);
        if (operation == null) {
            throw json.problem(name(".op") + " must be one of " + LABELS + ", not " + Quoting.quote(label));
        }
        return operation;
    }

    private Field field(String label) {
        for (Field field : Field.values()) {
            if (field.label().equals(label)) {
                return field;
            }
        }
        throw json.problem(name("") + " has an unknown field " + Quoting.quote(label));
    }

    private OperationFields read(Field field, OperationFields fields) throws IOException {
        String name = errors.field(field);
        return switch (field) {
            case VALUE -> fields.value(entry.value(name));
            case BASE64 -> fields.base64(entry.base64(name));
            case TYPE -> fields.type(json.mediaType(name));
            case BY -> fields.by(json.number(name));
            case TTL -> fields.ttl(ttl(name));
            case EXISTS -> fields.exists(json.flag(name));
            case IF_MATCH -> fields.ifMatch(match(name, true));
            case IF_NONE_MATCH -> fields.ifNoneMatch(match(name, false));
        };
    }

    private Expiry ttl(String name) throws IOException {
        String text = json.is(JsonToken.VALUE_STRING) ? json.text(name) : json.digits(name);
        return withPosition(() -> TimeToLive.parse(name, text));
    }

    private Match match(String name, boolean strong) throws IOException {
        String tags = json.text(name);
        return withPosition(() -> EntityTag.match(name, List.of(tags), strong));
    }

    /** Adds the position in the JSON document to the problem that a parser throws. */
    private <T> T withPosition(Supplier<T> parser) {
        try {
            return parser.get();
        } catch (Problem problem) {
            throw json.problem(problem.detail());
        }
    }

    private <T> T required(@Nullable T field, String description) {
        if (field == null) {
            throw json.problem(name("") + " needs " + description);
        }
        return field;
    }
}
