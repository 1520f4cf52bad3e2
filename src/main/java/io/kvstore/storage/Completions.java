package io.kvstore.storage;

import io.kvstore.store.CompletionExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/** Collects the completions of a group of commits, and passes them to their executors. For the committing thread. */
final class Completions {

    private static final System.Logger LOG = System.getLogger(Completions.class.getName());

    private final List<Completion> completions = new ArrayList<>();

    void add(Completion completion) {
        completions.add(completion);
    }

    /** Passes all collected tasks on, in one call to each executor. */
    void executeAll() {
        while (!completions.isEmpty()) {
            CompletionExecutor executor = completions.get(0).executor();
            List<Runnable> tasks = new ArrayList<>(completions.size());
            completions.removeIf(each -> each.executor() == executor && tasks.add(each.task()));
            try {
                executor.executeAll(tasks);
            } catch (RejectedExecutionException e) {
                LOG.log(
                        System.Logger.Level.DEBUG,
                        "the tasks that wait for {0} commits were rejected: {1}",
                        tasks.size(),
                        e);
            }
        }
    }
}
