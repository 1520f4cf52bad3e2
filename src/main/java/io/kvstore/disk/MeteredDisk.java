package io.kvstore.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A disk that reports how many bytes are read from its files. Reads through mappings are not reported. */
public final class MeteredDisk extends ForwardingDisk {

    private final LongConsumer bytesRead;

    /** @param bytesRead receives the number of bytes of each read, on the reading thread */
    public MeteredDisk(Disk disk, LongConsumer bytesRead) {
        super(disk);
        this.bytesRead = bytesRead;
    }

    @Override
    public DiskFile open(Path file, Access access) throws IOException {
        return new ForwardingFile(super.open(file, access)) {
            @Override
            public int read(ByteBuffer into, long position) throws IOException {
                int n = super.read(into, position);
                bytesRead.accept(n);
                return n;
            }
        };
    }
}
