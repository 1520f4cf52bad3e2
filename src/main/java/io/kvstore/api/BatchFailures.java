package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.keyspace.BatchOutcome;
import io.kvstore.keyspace.Match;
import io.kvstore.keyspace.Outcome;
import io.kvstore.keyspace.Outcome.Status;
import io.kvstore.keyspace.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Why nothing of a batch was done: each operation that failed, judged as if all before it had been done. */
final class BatchFailures {

    private final List<Operation> operations;
    private final BatchOutcome batch;
    private final List<Integer> failed = new ArrayList<>();

    /** @param batch what became of the operations, with a failure among it */
    BatchFailures(List<Operation> operations, BatchOutcome batch) {
        this.operations = operations;
        this.batch = batch;
        for (int i = 0; i < batch.outcomes().size(); i++) {
            if (batch.outcomes().get(i).status().isFailure()) {
                failed.add(i);
            }
        }
    }

    /** The answer, which lists them all. */
    Problem problem() {
        int first = failed.get(0);
        Operation operation = operations.get(first);
        String detail = "nothing was changed, for " + failed.size() + " of " + operations.size()
                + " operations failed; the first is ops[" + first + "], "
                + operation.kind().label() + " of key "
                + Text.quoted(operation.command().key().toString()) + ": " + sentence(first);
        return new Problem(status(), detail)
                .header(Header.KV_REVISION, Long.toString(batch.revision()))
                .with(this::write);
    }

    /** A condition that failed counts for most, for to look again is what helps; then a number that cannot be added to. */
    private int status() {
        int status = 413;
        for (int index : failed) {
            switch (outcome(index).status()) {
                case CONDITION_FAILED -> {
                    return 412;
                }
                case NOT_A_NUMBER, OVERFLOW -> status = 409;
                default -> {}
            }
        }
        return status;
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("failures");
        for (int index : failed) {
            Operation operation = operations.get(index);
            json.writeStartObject();
            json.writeNumberField("index", index);
            json.writeStringField("op", operation.kind().label());
            json.writeStringField("key", operation.command().key().toString());
            json.writeStringField("reason", reason(index));
            Version current = outcome(index).current();
            // One that the batch itself would have made never was, and its name may yet be given to another state.
            if (current != null && current.revision() <= batch.revision()) {
                json.writeStringField("etag", EntityTag.of(current));
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private Outcome outcome(int index) {
        return batch.outcomes().get(index);
    }

    private String reason(int index) {
        Status status = outcome(index).status();
        return switch (status) {
            case NOT_A_NUMBER -> "number";
            case OVERFLOW -> "overflow";
            case TOO_LONG -> "too_long";
            case TOO_MUCH -> "too_much";
            case CONDITION_FAILED -> condition(index);
            default -> throw new IllegalArgumentException(status + " is no failure");
        };
    }

    private String condition(int index) {
        Version current = outcome(index).current();
        if (current == null) {
            return "missing";
        }
        Match ifMatch = operations.get(index).command().conditions().ifMatch();
        Match ifNoneMatch = operations.get(index).command().conditions().ifNoneMatch();
        boolean created = ifNoneMatch != null && ifNoneMatch.any() && (ifMatch == null || ifMatch.matches(current));
        return created ? "exists" : "etag";
    }

    private String sentence(int index) {
        return switch (reason(index)) {
            case "missing" -> "the key does not exist";
            case "exists" -> "the key exists";
            case "etag" -> "the key is in another state than the condition asks for";
            case "number" -> "the value is no decimal number of 64 bits";
            case "overflow" -> "the sum would be outside of the numbers of 64 bits";
            case "too_long" -> "the value would be longer than it may be";
            default -> "the values that the batch reads and writes are more than it may hold; split it";
        };
    }
}
