package io.kvstore.storage;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import io.kvstore.disk.ForwardingDisk;
import io.kvstore.disk.ForwardingFile;
import java.io.IOException;
import java.nio.file.Path;

/** A disk that runs a task after each force of a file by the compacting thread, on that thread. */
final class CompactedDisk extends ForwardingDisk {

    private volatile Runnable afterForces = () -> {};

    CompactedDisk(Disk disk) {
        super(disk);
    }

    void afterForces(Runnable task) {
        afterForces = task;
    }

    @Override
    public DiskFile open(Path path, Access access) throws IOException {
        return new ForwardingFile(super.open(path, access)) {
            @Override
            public void force() throws IOException {
                super.force();
                if (Thread.currentThread().getName().equals("kvstore-compact")) {
                    afterForces.run();
                }
            }
        };
    }
}
