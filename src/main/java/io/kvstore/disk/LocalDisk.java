package io.kvstore.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The file system of the local machine. What it creates is private to its owner, see {@link PrivateFiles}. */
public final class LocalDisk implements Disk {

    @Override
    public DiskFile open(Path file, Access access) throws IOException {
        return new LocalFile(
                switch (access) {
                    case READ -> FileChannel.open(file, StandardOpenOption.READ);
                    case WRITE -> FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                    case CREATE ->
                        PrivateFiles.open(
                                file,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING);
                });
    }

    @Override
    public boolean exists(Path file) {
        return Files.exists(file);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.collect(Collectors.toList());
        }
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent == null) {
            return;
        }
        createFolders(parent);
        boolean missing = !Files.isDirectory(folder);
        if (missing) {
            PrivateFiles.createFolders(folder);
        }
        // If this user may not write to the parent, no crashed process of this user left a name in it that is not
        // durable.
        if (missing || (Files.isWritable(parent) && Files.isReadable(parent))) {
            forceFolder(parent);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public long freeBytes(Path folder) throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        if (!folder.getFileSystem().getSeparator().equals("/")) {
            return; // Windows cannot force a folder; NTFS journals changes of names itself
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public Closeable lock(Path file) throws IOException {
        return lock(PrivateFiles.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE), false);
    }

    @Override
    public Closeable lockShared(Path file) throws IOException {
        return lock(FileChannel.open(file, StandardOpenOption.READ), true);
    }

    private static Closeable lock(FileChannel channel, boolean shared) throws IOException {
        try {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
            if (lock == null) {
                throw new OverlappingFileLockException();
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return channel;
    }

    private static final class LocalFile implements DiskFile {
        private final FileChannel channel;

        LocalFile(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            int total = 0;
            while (into.hasRemaining()) {
                int n = channel.read(into, position + total);
                if (n < 0) {
                    break;
                }
                total += n;
            }
            return total;
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            long at = position;
            while (from.hasRemaining()) {
                at += channel.write(from, at);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public ByteBuffer map(long position, long length) throws IOException {
            return channel.map(FileChannel.MapMode.READ_ONLY, position, length);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
