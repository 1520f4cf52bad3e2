package io.kvstore.disk;

import java.io.IOException;
import java.nio.file.Path;

/** A disk whose files are forced only when it lets them: until then, whoever forces one waits. */
public final class HeldDisk extends ForwardingDisk {

    private boolean held;
    private int waiting;

    public HeldDisk(Disk disk) {
        super(disk);
    }

    public synchronized void hold() {
        held = true;
    }

    /** Waits until somebody forces a file that is held. */
    public synchronized void awaitForce() throws InterruptedException {
        while (waiting == 0) {
            wait();
        }
    }

    public synchronized void letGo() {
        held = false;
        notifyAll();
    }

    private synchronized void pass() throws IOException {
        waiting++;
        notifyAll();
        try {
            while (held) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        } finally {
            waiting--;
        }
    }

    @Override
    public DiskFile open(Path path, Access access) throws IOException {
        return new ForwardingFile(super.open(path, access)) {
            @Override
            public void force() throws IOException {
                pass();
                super.force();
            }
        };
    }
}
