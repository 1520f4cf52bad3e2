package io.kvstore.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/** What is to go on after a group of commits, until it is handed to those who do it. For the committing thread. */
final class Resumptions {

    private static final System.Logger LOG = System.getLogger(Resumptions.class.getName());

    /** A task, and who runs it. */
    record Resumption(Resumer resumer, Runnable task) {}

    private final List<Resumption> resumptions = new ArrayList<>();

    void add(Resumption resumption) {
        resumptions.add(resumption);
    }

    /** Hands all of them over, to each resumer its own at once. */
    void handOver() {
        while (!resumptions.isEmpty()) {
            Resumer resumer = resumptions.get(0).resumer();
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
