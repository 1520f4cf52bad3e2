package io.kvstore.api;

import io.kvstore.api.OperationFields.Field;
import io.kvstore.http.Problem;
import io.kvstore.keyspace.Command;
import io.kvstore.keyspace.Expiry;
import io.kvstore.keyspace.Key;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An operation as the API offers it: how a client requests one {@linkplain Command.Kind kind of command} and which fields
 * it takes. {@link #describe} is the only such table; requests for one key and batches both check their fields against it
 * and build their commands with it.
 *
 * @param method the HTTP method that requests the operation on a key; null if only a batch can contain the operation
 * @param result what a successful response contains besides the state of the key
 * @param exactlyOne fields of which the client must give exactly one; empty if the operation requires no field
 * @param optional the other fields that the operation takes
 */
record Operation(
        Command.Kind kind, @Nullable String method, Result result, List<Field> exactlyOne, List<Field> optional) {

    /** What the response to a successful operation contains besides the state of the key. */
    enum Result {
        NOTHING,
        /** The new value, which is a number. */
        NUMBER,
        /** The key with its value. */
        ROW
    }

    /** Words an error in the terms of the client: those of an HTTP request, or those of a JSON document. */
    interface ErrorContext {

        /** Returns the name of the operation within the request, such as {@code ops[3]}. */
        String operation();

        /** Returns the name of a field, such as {@code query parameter ttl}. */
        String field(Field field);

        /** Returns the problem to throw: status 400, and the position of the mistake if the format has one. */
        Problem problem(String detail);
    }

    private static final Map<Command.Kind, Operation> BY_KIND = new EnumMap<>(Command.Kind.class);
    private static final Map<String, Operation> BY_LABEL = new HashMap<>();

    static {
        for (Command.Kind kind : Command.Kind.values()) {
            Operation operation = describe(kind);
            BY_KIND.put(kind, operation);
            BY_LABEL.put(operation.label(), operation);
        }
    }

    private static Operation describe(Command.Kind kind) {
        List<Field> content = List.of(Field.VALUE, Field.BASE64);
        List<Field> conditions = List.of(Field.IF_MATCH, Field.IF_NONE_MATCH);
        return switch (kind) {
            case PUT -> new Operation(kind, "PUT", Result.NOTHING, content, with(conditions, Field.TYPE, Field.TTL));
            case APPEND ->
                new Operation(kind, "POST", Result.NOTHING, content, with(conditions, Field.TYPE, Field.TTL));
            case INCREMENT ->
                new Operation(kind, "POST", Result.NUMBER, List.of(), with(conditions, Field.BY, Field.TTL));
            case TOUCH -> new Operation(kind, "POST", Result.NOTHING, List.of(Field.TTL), conditions);
            case PERSIST -> new Operation(kind, "POST", Result.NOTHING, List.of(), conditions);
            case DELETE -> new Operation(kind, "DELETE", Result.NOTHING, List.of(), conditions);
            case GET -> new Operation(kind, "GET", Result.ROW, List.of(), List.of());
            case CHECK -> new Operation(kind, null, Result.NOTHING, List.of(Field.EXISTS, Field.IF_MATCH), List.of());
        };
    }

    private static List<Field> with(List<Field> conditions, Field... fields) {
        List<Field> all = new ArrayList<>(List.of(fields));
        all.addAll(conditions);
        return List.copyOf(all);
    }

    static Operation of(Command.Kind kind) {
        Operation operation = BY_KIND.get(kind);
        if (operation == null) {
            throw new IllegalStateException("no operation describes the command kind " + kind);
        }
        return operation;
    }

    /** Returns all operations, in the order of their kinds. */
    static List<Operation> all() {
        return List.copyOf(BY_KIND.values());
    }

    /** Returns the operations that an HTTP method requests on a key. */
    static List<Operation> ofMethod(String method) {
        return all().stream().filter(each -> method.equals(each.method)).toList();
    }

    /** Returns the operation with a label, or null if there is none. */
    static @Nullable Operation find(String label) {
        return BY_LABEL.get(label);
    }

    /** Returns the labels of operations for an error message, such as {@code touch, persist}. */
    static String labels(List<Operation> operations) {
        return operations.stream().map(Operation::label).collect(Collectors.joining(", "));
    }

    /** Returns the name of the operation in requests and responses, such as {@code put}. */
    String label() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    boolean takes(Field field) {
        return exactlyOne.contains(field) || optional.contains(field);
    }

    /**
     * Rejects fields that the operation does not take, even if they would change nothing: a client that sends one is
     * mistaken about what the operation does.
     *
     * @throws Problem 400 if the operation does not take a given field
     */
    void rejectOthers(OperationFields fields, ErrorContext errors) {
        for (Field field : fields.given()) {
            if (!takes(field)) {
                throw errors.problem(errors.field(field) + " has no meaning for " + label());
            }
        }
    }

    /**
     * Builds the command.
     *
     * @param valueBytesMax the maximum size of a value that the command may create
     * @throws Problem 400 if the operation does not take a given field, or requires a field that is not given
     */
    Command command(Key key, OperationFields fields, ErrorContext errors, int valueBytesMax) {
        rejectOthers(fields, errors);
        requireOne(fields, errors);
        return switch (kind) {
            case PUT -> new Command.Put(key, fields.content(), fields.ttlOr(Expiry.NEVER), fields.conditions());
            case APPEND ->
                new Command.Append(
                        key, fields.content(), valueBytesMax, fields.ttlOr(Expiry.KEEP), fields.conditions());
            case INCREMENT -> new Command.Increment(key, fields.by(), fields.ttlOr(Expiry.KEEP), fields.conditions());
            case TOUCH -> new Command.Touch(key, newExpiry(fields, errors), fields.conditions());
            case PERSIST -> new Command.Persist(key, fields.conditions());
            case DELETE -> new Command.Delete(key, fields.conditions());
            case GET -> new Command.Get(key);
            case CHECK -> new Command.Check(key, fields.checkedConditions());
        };
    }

    private void requireOne(OperationFields fields, ErrorContext errors) {
        int given = 0;
        for (Field field : exactlyOne) {
            given += fields.given().contains(field) ? 1 : 0;
        }
        if (given == 1 || exactlyOne.isEmpty()) {
            return;
        }
        String names = exactlyOne.stream().map(Field::label).collect(Collectors.joining(" or "));
        throw errors.problem(
                exactlyOne.size() == 1
                        ? errors.operation() + " needs " + names
                        : errors.operation() + " needs either " + names + ", and has "
                                + (given == 0 ? "neither" : "both"));
    }

    private static Expiry newExpiry(OperationFields fields, ErrorContext errors) {
        Expiry expiry = fields.ttlOr(Expiry.KEEP);
        if (expiry.equals(Expiry.KEEP)) {
            throw errors.problem(errors.field(Field.TTL)
                    + " must be a time to live, not keep: touch with the current expiry changes nothing");
        }
        return expiry;
    }
}
