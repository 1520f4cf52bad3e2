package io.kvstore.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kvstore.http.Header;
import io.kvstore.http.Problem;
import io.kvstore.http.Quoting;
import io.kvstore.keyspace.BatchOutcome;
import io.kvstore.keyspace.Command;
import io.kvstore.keyspace.Match;
import io.kvstore.keyspace.Outcome;
import io.kvstore.keyspace.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The reasons why a batch changed nothing: all operations that failed, each executed as if all operations before it had
 * succeeded.
 */
final class BatchFailures {

    /**
     * The reason why an operation failed. The first reason in this order decides the status of the response: a failed
     * condition comes first, because reading the key again and retrying can help.
     */
    private enum Reason {
        MISSING(412, "the key does not exist"),
        EXISTS(412, "the key exists"),
        ETAG(412, "the current state of the key does not match the condition"),
        NUMBER(409, "the value is not a decimal 64-bit integer"),
        OVERFLOW(409, "the sum would exceed 64 bits"),
        TOO_LONG(413, "the value would exceed the maximum size"),
        TOO_MUCH(413, "the values that the batch reads and writes exceed its maximum size; split the batch");

        private final int status;
        private final String sentence;
        private final String label = name().toLowerCase(Locale.ROOT);

        Reason(int status, String sentence) {
            this.status = status;
            this.sentence = sentence;
        }
    }

    private record Failure(int index, Command command, Outcome outcome, Reason reason) {

        String label() {
            return Operation.of(command.kind()).label();
        }
    }

    private final List<Failure> failures = new ArrayList<>();
    private final int operations;
    private final long revision;

    /** @param batch the outcome of the commands, with at least one failure */
    BatchFailures(List<Command> commands, BatchOutcome batch) {
        this.operations = commands.size();
        this.revision = batch.revision();
        for (int i = 0; i < batch.outcomes().size(); i++) {
            Outcome outcome = batch.outcomes().get(i);
            if (outcome.status().isFailure()) {
                failures.add(new Failure(i, commands.get(i), outcome, reason(commands.get(i), outcome)));
            }
        }
    }

    private static Reason reason(Command command, Outcome outcome) {
        return switch (outcome.status()) {
            case CONDITION_FAILED -> failedCondition(command, outcome);
            case NOT_A_NUMBER -> Reason.NUMBER;
            case OVERFLOW -> Reason.OVERFLOW;
            case TOO_LONG -> Reason.TOO_LONG;
            case TOO_MUCH -> Reason.TOO_MUCH;
            case CREATED, REPLACED, DELETED, UNCHANGED, MISSING ->
                throw new IllegalArgumentException(outcome.status() + " is not a failure");
        };
    }

    private static Reason failedCondition(Command command, Outcome outcome) {
        Version current = outcome.current();
        if (current == null) {
            return Reason.MISSING;
        }
        Match ifMatch = command.conditions().ifMatch();
        Match ifNoneMatch = command.conditions().ifNoneMatch();
        boolean mustNotExist =
                ifNoneMatch != null && ifNoneMatch.any() && (ifMatch == null || ifMatch.matches(current));
        return mustNotExist ? Reason.EXISTS : Reason.ETAG;
    }

    /** Returns the response, which lists all failures. */
    Problem problem() {
        Failure first = failures.get(0);
        String detail = "nothing was changed: " + failures.size() + " of " + operations
                + " operations failed; the first is ops[" + first.index() + "], " + first.label() + " of key "
                + Quoting.quote(first.command().key().toString()) + ": " + first.reason().sentence;
        return new Problem(status(), detail)
                .header(Header.KV_REVISION, Long.toString(revision))
                .with(this::write);
    }

    private int status() {
        return failures.stream()
                .map(Failure::reason)
                .min(Comparator.naturalOrder())
                .orElseThrow()
                .status;
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("failures");
        for (Failure failure : failures) {
            json.writeStartObject();
            json.writeNumberField("index", failure.index());
            json.writeStringField("op", failure.label());
            json.writeStringField("key", failure.command().key().toString());
            json.writeStringField("reason", failure.reason().label);
            Version current = failure.outcome().current();
            // A state that an earlier operation of this batch would have made was rolled back. Its tag must not be
            // given
            // out, because a later commit may use the same revision for another state.
            if (current != null && current.revision() <= revision) {
                json.writeStringField("etag", EntityTag.of(current));
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
