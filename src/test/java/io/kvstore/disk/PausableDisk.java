package io.kvstore.disk;

import java.io.IOException;
import java.nio.file.Path;

/** A disk that can be paused: while it is, every thread that forces a file waits. */
public final class PausableDisk extends ForwardingDisk {

    private boolean paused;
    private int waiting;

    public PausableDisk(Disk disk) {
        super(disk);
    }

    public synchronized void pause() {
        paused = true;
    }

    /** Waits until a thread waits to force a file. */
    public synchronized void awaitForce() throws InterruptedException {
        while (waiting == 0) {
            wait();
        }
    }

    public synchronized void resume() {
        paused = false;
        notifyAll();
    }

    private synchronized void awaitResume() throws IOException {
        waiting++;
        notifyAll();
        try {
            while (paused) {
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
                awaitResume();
                super.force();
            }
        };
    }
}
