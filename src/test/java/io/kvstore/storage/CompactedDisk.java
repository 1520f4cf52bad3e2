package io.kvstore.storage;

import io.kvstore.disk.Disk;
import io.kvstore.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A disk that has something done, by the compacting thread, after each force of a file by that thread. */
final class CompactedDisk implements Disk {

    private final Disk disk;
    private volatile Runnable afterForces = () -> {};

    CompactedDisk(Disk disk) {
        this.disk = disk;
    }

    void afterForces(Runnable what) {
        afterForces = what;
    }

    @Override
    public DiskFile open(Path path, Access access) throws IOException {
        DiskFile file = disk.open(path, access);
        return new DiskFile() {
            @Override
            public long size() throws IOException {
                return file.size();
            }

            @Override
            public int read(ByteBuffer into, long position) throws IOException {
                return file.read(into, position);
            }

            @Override
            public void write(ByteBuffer from, long position) throws IOException {
                file.write(from, position);
            }

            @Override
            public void truncate(long size) throws IOException {
                file.truncate(size);
            }

            @Override
            public void force() throws IOException {
                file.force();
                if (Thread.currentThread().getName().equals("kvstore-compact")) {
                    afterForces.run();
                }
            }

            @Override
            public ByteBuffer map(long position, long length) throws IOException {
                return file.map(position, length);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    @Override
    public boolean exists(Path file) throws IOException {
        return disk.exists(file);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return disk.list(folder);
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        disk.createFolders(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        disk.delete(file);
    }

    @Override
    public long freeBytes(Path folder) throws IOException {
        return disk.freeBytes(folder);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        disk.forceFolder(folder);
    }

    @Override
    public Closeable lock(Path file) throws IOException {
        return disk.lock(file);
    }

    @Override
    public Closeable lockShared(Path file) throws IOException {
        return disk.lockShared(file);
    }
}
