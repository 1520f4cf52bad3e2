package io.kvstore.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/** Another disk, that tells how many bytes are read by calls. What is read through mappings is not told. */
public final class MeteredDisk implements Disk {

    private final Disk disk;
    private final LongConsumer read;

    /** @param read is told of each reading, by the thread that reads */
    public MeteredDisk(Disk disk, LongConsumer read) {
        this.disk = disk;
        this.read = read;
    }

    @Override
    public DiskFile open(Path file, Access access) throws IOException {
        return new MeteredFile(disk.open(file, access));
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

    private final class MeteredFile implements DiskFile {
        private final DiskFile file;

        MeteredFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            int n = file.read(into, position);
            read.accept(n);
            return n;
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
        }

        @Override
        public ByteBuffer map(long position, long length) throws IOException {
            return file.map(position, length);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
