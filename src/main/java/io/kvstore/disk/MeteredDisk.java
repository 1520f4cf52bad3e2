package io.kvstore.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** Another disk, that tells how many bytes are read by calls. What is read through mappings is not told. */
public final class MeteredDisk extends ForwardingDisk {

    private final LongConsumer read;

    /** @param read is told of each reading, by the thread that reads */
    public MeteredDisk(Disk disk, LongConsumer read) {
        super(disk);
        this.read = read;
    }

    @Override
    public DiskFile open(Path file, Access access) throws IOException {
        return new ForwardingFile(super.open(file, access)) {
            @Override
            public int read(ByteBuffer into, long position) throws IOException {
                int n = super.read(into, position);
                read.accept(n);
                return n;
            }
        };
    }
}
