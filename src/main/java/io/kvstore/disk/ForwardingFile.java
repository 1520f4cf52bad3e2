package io.kvstore.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that forwards every call to another file. Subclasses override the methods whose behaviour they change. */
public abstract class ForwardingFile implements DiskFile {

    private final DiskFile file;

    protected ForwardingFile(DiskFile file) {
        this.file = file;
    }

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
