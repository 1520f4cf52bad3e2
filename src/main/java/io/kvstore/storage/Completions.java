package io.kvstore.storage;

import io.kvstore.store.CompletionExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/** What is to go on after a group of commits, until it is handed to those who do it. For the committing thread. */
final class Completions {

    private static final System.Logger LOG = System.getLogger(Completions.class.getName());

    /** A task, and who runs it. */
    record Completion(CompletionExecutor resumer, Runnable task) {}

    private final List<Completion> resumptions = new ArrayList<>();

    void add(Completion resumption) {
        resumptions.add(resumption);
    }

    /** Hands all of them over, to each resumer its own at once. */
    void handOver() {
        while (!resumptions.isEmpty()) {
            CompletionExecutor resumer = resumptions.get(0).resumer();
            List<Runnable> tasks = new ArrayList<>(resumptions.size());
            resumptions.removeIf(each -> each.resumer() == resumer && tasks.add(each.task()));
            try {
                resumer.resume(tasks);
            } catch (RejectedExecutionException e) {
                LOG.log(System.Logger.Level.DEBUG, "nobody goes on after {0} commits: {1}", tasks.size(), e);
            }
        }
    }
}
