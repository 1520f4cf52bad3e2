package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.disk.Disk;
import io.kvstore.disk.SimulatedCrash;
import io.kvstore.disk.SimulatedDisk;
import io.kvstore.disk.SimulatedDisk.Operation;
import io.kvstore.storage.CrashScript.Single;
import io.kvstore.storage.CrashScript.Step;
import io.kvstore.store.CommitStore;
import io.kvstore.store.Durability;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs a script on a store on a simulated disk once for every operation of the disk, and makes that operation crash or
 * fail. Then checks on every disk that may result that the store kept its promises.
 *
 * <p>A failed check names durability, seed, fault and outcome; {@link #inject} repeats it alone.
 */
final class CrashExplorer {

    /** Opens the store under test. */
    interface Opening {
        CommitStore<String, String> open(Disk disk, Path folder);
    }

    /** What happens at an operation of the disk. */
    enum Fault {
        /** The process dies before a change. */
        CRASH,
        /** The process dies in the middle of a write. */
        CRASH_WITHIN_WRITE,
        /** A change fails. */
        FAILURE,
        /** A change and all later ones fail. */
        FAILURES,
        /** An operation fails while the store is opened after its process was killed. */
        FAILURE_OF_OPENING,
        /** A read fails. All stored data is also read between the steps. */
        FAILURE_OF_READING,
        /** The disk is full from a write on that needs space. */
        FULL_DISK
    }

    private static final Path FOLDER = Path.of("/data/store");
    private static final long HANG_SECONDS = 60;
    private static final int CHECKED_OF = 3;
    private static final List<Step> AFTERWARDS = afterwards();
    private static final ExecutorService EXPLORERS = Executors.newCachedThreadPool(CrashExplorer::explorer);

    private final Opening opening;
    private final Durability durability;
    private final CrashScript script;
    private final int outcomesMax;
    private final int recoveriesMax;
    /** The number of outcomes of a power cut that are tried after another crash or a failure. */
    private final int laterOutcomesMax;

    private Set<Operation> ignored = Set.of();
    private @Nullable Run killed;
    private long checks;

    /**
     * @param durability the durability of the store
     * @param outcomesMax the maximum number of outcomes of a power cut that are tried
     * @param recoveriesMax the maximum number of operations of a recovery at which a second crash is tried
     */
    CrashExplorer(Opening opening, Durability durability, CrashScript script, int outcomesMax, int recoveriesMax) {
        this.opening = opening;
        this.durability = durability;
        this.script = script;
        this.outcomesMax = outcomesMax;
        this.recoveriesMax = recoveriesMax;
        this.laterOutcomesMax = Math.max(4, outcomesMax / 5);
    }

    /** As {@link SimulatedDisk#ignore}, for every disk that the script runs on. */
    CrashExplorer ignoring(Operation... kinds) {
        ignored = Set.of(kinds);
        return this;
    }

    /** Returns how many disks were opened and found correct. */
    long checks() {
        return checks;
    }

    /** Injects a fault at every operation of its kind, one run for each. */
    void injectEverywhere(Fault fault) {
        long operations = 0;
        while (inject(fault, operations + 1)) {
            operations++;
        }
        switch (fault) {
            case CRASH ->
                assertThat(operations)
                        .as("changes of the disk by the script")
                        .isGreaterThanOrEqualTo(script.steps().size() / 2);
            case FAILURE_OF_READING ->
                assertThat(operations)
                        .as("reads of the disk by the script")
                        .isGreaterThanOrEqualTo(script.steps().size());
            case CRASH_WITHIN_WRITE, FAILURE, FAILURES, FAILURE_OF_OPENING, FULL_DISK -> {}
        }
    }

    /**
     * Runs the script with a fault at one operation of the disk.
     *
     * @param operation counts from 1
     * @return whether that operation occurred
     */
    boolean inject(Fault fault, long operation) {
        return switch (fault) {
            case CRASH -> crash(operation);
            case CRASH_WITHIN_WRITE -> crashWithinWrite(operation);
            case FAILURE -> fail(operation, false);
            case FAILURES -> fail(operation, true);
            case FAILURE_OF_OPENING -> failOpening(operation);
            case FAILURE_OF_READING -> failReading(operation);
            case FULL_DISK -> fill(operation);
        };
    }

    private boolean crash(long n) {
        Run run = newRun();
        run.disk.crashAt(n);
        String fault = "crash before change " + n;
        guarded(fault, run, run::steps);
        if (!run.disk.crashed()) {
            return false;
        }
        SimulatedDisk killed = run.disk.afterKill();
        examine(fault, killed.copy(), run.ledger.copy(), false);
        cutPowerAfterOpening(fault, killed.copy(), run.ledger.copy());
        List<SimulatedDisk> outcomes = run.disk.afterPowerCut(script.seed() + n, outcomesMax);
        for (SimulatedDisk outcome : outcomes) {
            examine(fault, outcome.copy(), run.ledger.copy(), true);
        }
        Random random = new Random(script.seed() + n);
        if (random.nextInt(4) == 0) {
            crashRecovery(fault, killed, run.ledger, false, random);
        } else {
            crashRecovery(fault, outcomes.get(random.nextInt(outcomes.size())), run.ledger, true, random);
        }
        return true;
    }

    private boolean crashWithinWrite(long n) {
        Run run = newRun();
        run.disk.crashWithinWrite(n);
        String fault = "crash within write " + n;
        guarded(fault, run, run::steps);
        if (!run.disk.crashed()) {
            return false;
        }
        SimulatedDisk killed = run.disk.afterKill();
        examine(fault, killed.copy(), run.ledger.copy(), false);
        cutPowerAfterOpening(fault, killed, run.ledger.copy());
        return true;
    }

    /** Returns the whole script's run, as a process that was killed at its end left it. */
    private Run killedRun() {
        Run known = killed;
        if (known == null) {
            Run run = newRun();
            guarded("the whole script", run, run::steps);
            known = new Run(run.disk.afterKill(), run.ledger);
            killed = known;
        }
        return known;
    }

    private Run newRun() {
        SimulatedDisk disk = new SimulatedDisk();
        disk.ignore(ignored);
        return new Run(disk, new CrashLedger(durability));
    }

    /** What an open store shows must survive a power cut, even if the process was only killed before. */
    private void cutPowerAfterOpening(String fault, SimulatedDisk disk, CrashLedger ledger) {
        Run run = new Run(disk, ledger);
        guarded(fault + ", then opening", run, () -> run.open(false));
        List<SimulatedDisk> outcomes = disk.afterPowerCut(script.seed(), laterOutcomesMax);
        guarded(fault, run, () -> run.abandon(new SimulatedCrash("the power failed")));
        for (SimulatedDisk outcome : outcomes) {
            examine(fault + ", then opening and a power cut", outcome, run.ledger.copy(), true);
        }
    }

    private void crashRecovery(String fault, SimulatedDisk disk, CrashLedger ledger, boolean powerCut, Random random) {
        Run whole = new Run(disk.copy(), ledger.copy());
        guarded(fault + ", then opening", whole, () -> whole.openAndClose(powerCut));
        List<Integer> places = new ArrayList<>();
        for (int m = 1; m <= whole.disk.operations(Operation.CHANGES); m++) {
            places.add(m);
        }
        Collections.shuffle(places, random);
        for (int m : places.subList(0, Math.min(places.size(), recoveriesMax))) {
            Run run = new Run(disk.copy(), ledger.copy());
            run.disk.crashAt(m);
            String faults = fault + ", " + disk + ", then crash before change " + m + " of an opening";
            guarded(faults, run, () -> run.openAndClose(powerCut));
            examine(faults, run.disk.afterKill(), run.ledger.copy(), powerCut);
            for (SimulatedDisk outcome : run.disk.afterPowerCut(script.seed() + m, laterOutcomesMax)) {
                examine(faults, outcome, run.ledger.copy(), true);
            }
        }
    }

    private boolean fail(long n, boolean on) {
        Run run = newRun();
        if (on) {
            run.disk.failFrom(n, Operation.CHANGES);
        } else {
            run.disk.failAt(n, Operation.CHANGES);
        }
        return survive("change " + n + (on ? " and later ones fail" : " fails"), run, run::steps, laterOutcomesMax);
    }

    private boolean failReading(long n) {
        Run run = newRun();
        run.disk.failAt(n, Operation.READS);
        return survive("reading operation " + n + " fails", run, run::stepsAndReads, 1);
    }

    private boolean fill(long n) {
        Run run = newRun();
        run.disk.fillAt(n);
        return survive("no space from write " + n + " on that takes some", run, run::steps, laterOutcomesMax);
    }

    private boolean survive(String fault, Run run, Runnable part, int outcomes) {
        guarded(fault, run, part);
        if (run.disk.faultPoint() == null) {
            return false;
        }
        CrashLedger ledger = run.ledger.copy();
        for (SimulatedDisk outcome : run.disk.afterKill().afterPowerCut(script.seed(), outcomes)) {
            examine(fault, outcome, ledger.copy(), true);
        }
        examine(fault, run.disk.afterKill(), ledger, false);
        return true;
    }

    private boolean failOpening(long n) {
        Run whole = killedRun();
        Run run = new Run(whole.disk.copy(), whole.ledger.copy());
        run.disk.failAt(n, Operation.ALL);
        String fault = "operation " + n + " of the opening fails";
        guarded(fault, run, () -> run.openAndClose(false));
        if (run.disk.faultPoint() == null) {
            return false;
        }
        run.disk.heal();
        examine(fault, run.disk, run.ledger, false);
        checks++;
        return true;
    }

    /** Checks that a store opens on this disk, has the required contents, and works. */
    private void examine(String fault, SimulatedDisk disk, CrashLedger ledger, boolean powerCut) {
        Run run = new Run(disk, ledger);
        guarded(fault + ", then " + disk, run, () -> {
            if (checks % CHECKED_OF == 0) {
                check(disk);
            }
            run.open(powerCut);
            for (Step step : AFTERWARDS) {
                run.take(step);
            }
            run.ledger.check(Objects.requireNonNull(run.store));
            run.close();
            run.open(false);
            run.close();
        });
        checks++;
    }

    /** Checks that a crash leaves no damage, if it leaves more than an unfinished folder. */
    private static void check(SimulatedDisk disk) {
        List<StoreCheck.Finding> findings = new ArrayList<>();
        try {
            StoreCheck.run(
                    StoreOptions.of(TextCodec.FORMAT)
                            .mode(StorageMode.PERSISTENT, FOLDER)
                            .disk(disk),
                    findings::add);
        } catch (StoreException.CannotOpen e) {
            assertThat(e).hasMessageMatching(".*(has no file FORMAT|does not exist).*");
        }
        assertThat(findings).noneMatch(finding -> finding.state() == StoreCheck.State.DAMAGED);
    }

    private static List<Step> afterwards() {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            steps.add(new Single("key" + i % 7, i % 4 == 3 ? null : "r" + i + " afterwards"));
        }
        steps.add(new CrashScript.Checkpoint());
        return steps;
    }

    /** Runs a part of a run in a thread that may hang, and describes a failure so that it can be repeated. */
    private void guarded(String what, Run run, Runnable part) {
        Future<?> end = EXPLORERS.submit(part);
        try {
            end.get(HANG_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(told(what, run) + "interrupted", e);
        } catch (TimeoutException e) {
            throw new AssertionError(told(what, run) + "hangs\n" + threads(), e);
        } catch (ExecutionException e) {
            throw new AssertionError(told(what, run) + e.getCause().getMessage(), e.getCause());
        }
    }

    private String told(String what, Run run) {
        String point = run.disk.faultPoint();
        return "durability " + durability.label() + ", script seed " + script.seed() + ", " + what
                + (point == null ? "" : " (" + point + ")") + ": ";
    }

    private static Thread explorer(Runnable work) {
        Thread thread = new Thread(work, "explorer");
        thread.setDaemon(true);
        return thread;
    }

    private static String threads() {
        StringBuilder dump = new StringBuilder();
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            dump.append(thread).append('\n');
            for (StackTraceElement frame : stack) {
                dump.append("    ").append(frame).append('\n');
            }
        });
        return dump.toString();
    }

    /** A run of the script, up to a crash. */
    private final class Run {
        final SimulatedDisk disk;
        final CrashLedger ledger;
        private final CompactedDisk compacted;
        private @Nullable CommitStore<String, String> store;

        Run(SimulatedDisk disk, CrashLedger ledger) {
            this.disk = disk;
            this.compacted = new CompactedDisk(disk);
            this.ledger = ledger;
        }

        /** Opens a store that must open, on a disk without faults. */
        CommitStore<String, String> open(boolean powerCut) {
            CommitStore<String, String> opened = opening.open(compacted, FOLDER);
            store = opened;
            ledger.recover(opened, powerCut);
            return opened;
        }

        /**
         * Runs the steps of the script until the process dies. A failed write without a crash does not end the run: the
         * later steps find a store that accepts no writes, until a step opens it again.
         */
        void steps() {
            steps(() -> {});
        }

        /** Runs the steps as {@link #steps} does, and reads everything after each. */
        void stepsAndReads() {
            steps(this::look);
        }

        private void steps(Runnable afterEach) {
            try {
                tryToOpen(false);
                for (Step step : script.steps()) {
                    take(step);
                    afterEach.run();
                }
                close();
            } catch (SimulatedCrash e) {
                abandon(e);
            } catch (CompletionException e) {
                abandon(crashIn(e));
            }
        }

        /**
         * Reads everything. A read returns the correct value or fails; it must succeed once the disk no longer fails.
         */
        private void look() {
            CommitStore<String, String> open = store;
            if (open == null) {
                return;
            }
            try {
                readAll(open);
            } catch (StoreException e) {
                faulted(e);
                readAll(open);
            }
        }

        private void readAll(CommitStore<String, String> open) {
            ledger.check(open);
            try {
                assertThat(open.snapshot().writeTo(OutputStream.nullOutputStream()))
                        .as("revision of a snapshot")
                        .isEqualTo(ledger.revision());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Opens and closes a store, unless the disk fails. */
        void openAndClose(boolean powerCut) {
            try {
                tryToOpen(powerCut);
                close();
            } catch (SimulatedCrash e) {
                abandon(e);
            } catch (CompletionException e) {
                abandon(crashIn(e));
            }
        }

        private void tryToOpen(boolean powerCut) {
            try {
                open(powerCut);
            } catch (StoreException e) {
                faulted(e);
            }
        }

        private void take(Step step) {
            CommitStore<String, String> open = store;
            if (step instanceof CrashScript.Reopen) {
                close();
                tryToOpen(false);
            } else if (open != null && step instanceof Single single) {
                change(List.of(single), () -> {
                    String old =
                            single.value() == null ? open.delete(single.key()) : open.put(single.key(), single.value());
                    assertThat(old).as("value that was replaced").isEqualTo(ledger.get(single.key()));
                });
            } else if (open != null && step instanceof CrashScript.Batch batch) {
                change(batch.changes(), () -> commit(open, batch.changes()));
            } else if (open != null && step instanceof CrashScript.Checkpoint) {
                checkpoint(open);
            } else if (open != null && step instanceof CrashScript.Compact compact) {
                compact(open, compact.beside().iterator());
            }
        }

        private void commit(CommitStore<String, String> open, List<Single> changes) {
            long revision = open.commit(transaction -> {
                for (Single change : changes) {
                    if (change.value() == null) {
                        transaction.delete(change.key());
                    } else {
                        transaction.put(change.key(), change.value());
                    }
                }
                return transaction.revision();
            });
            assertThat(revision).as("revision within the commit").isEqualTo(ledger.revision() + 1);
        }

        private void change(List<Single> changes, Runnable call) {
            ledger.request(ledger.effects(changes));
            try {
                call.run();
                ledger.acknowledged();
            } catch (SimulatedCrash e) {
                ledger.unknown();
                throw e;
            } catch (StoreException.OutcomeUnknown e) {
                faulted(e);
                assertThat(e.diskFull()).as("diskFull()").isEqualTo(disk.full());
                ledger.unknown();
                checkReaders();
            } catch (StoreException.ReadOnly e) {
                faulted(e);
                assertThat(e.diskFull()).as("diskFull()").isEqualTo(disk.full());
                ledger.rejected();
                checkReaders();
            }
        }

        private void checkpoint(CommitStore<String, String> open) {
            try {
                open.checkpoint();
                ledger.durable();
            } catch (StoreException.ReadOnly e) {
                faulted(e);
                checkReaders();
            }
        }

        private void compact(CommitStore<String, String> open, Iterator<Single> beside) {
            compacted.afterForces(() -> {
                if (beside.hasNext()) {
                    take(beside.next());
                }
            });
            try {
                open.compact();
                ledger.durable();
            } catch (StoreException.CompactionFailed e) {
                faulted(e);
                assertThat(e.diskFull()).as("diskFull()").isEqualTo(disk.full());
                assertThat(open.failure()).as("failure() after a compaction").isNull();
                ledger.check(open);
            } catch (StoreException.ReadOnly e) {
                faulted(e);
                checkReaders();
            } finally {
                compacted.afterForces(() -> {});
            }
        }

        /** Checks that after a failure readers still see what was acknowledged, and nothing else. */
        private void checkReaders() {
            if (disk.crashed()) {
                throw new SimulatedCrash("the process died, and the store reported a failure");
            }
            CommitStore<String, String> open = Objects.requireNonNull(store);
            assertThat(open.failure()).as("failure() after a failure").isNotNull();
            ledger.check(open);
        }

        /** Checks that a call failed only if the disk did. */
        private void faulted(StoreException e) {
            if (disk.faultPoint() == null) {
                throw new AssertionError("the store failed though the disk did not", e);
            }
        }

        private void close() {
            CommitStore<String, String> open = store;
            store = null;
            if (open == null) {
                return;
            }
            try {
                open.close();
            } catch (StoreException e) {
                faulted(e);
            }
            if (disk.faultPoint() == null) {
                ledger.durable();
            }
        }

        /** Returns the crash of the committing thread while a caller waited for it. */
        private static SimulatedCrash crashIn(CompletionException e) {
            if (e.getCause() instanceof SimulatedCrash crash) {
                return crash;
            }
            throw e;
        }

        /** Ends the threads of a store whose process was killed. */
        private void abandon(SimulatedCrash crash) {
            CommitStore<String, String> open = store;
            store = null;
            try {
                if (open != null) {
                    open.close();
                }
            } catch (StoreException | SimulatedCrash | CompletionException e) {
                crash.addSuppressed(e);
            }
        }
    }
}
