package io.kvstore.storage.mapdb;

import io.kvstore.pages.PagedFile;
import java.io.File;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.mapdb.CC;
import org.mapdb.DataInput2;
import org.mapdb.volume.Volume;

/**
 * Gives MapDB access to a {@link PagedFile}. Syncing and closing do nothing, because only a checkpoint writes.
 *
 * <p>Reads copy the bytes, because a record may lie partly on changed pages in memory and partly on mapped clean pages.
 */
final class PageVolume extends Volume {

    private final PagedFile pages;

    PageVolume(PagedFile pages) {
        this.pages = pages;
    }

    @Override
    public void ensureAvailable(long length) {
        pages.ensureLength(length);
    }

    @Override
    public void truncate(long size) {
        throw new UnsupportedOperationException("a volume of pages never shrinks");
    }

    @Override
    public void putLong(long offset, long value) {
        pages.putLong(offset, value);
    }

    @Override
    public void putInt(long offset, int value) {
        pages.putInt(offset, value);
    }

    @Override
    public void putByte(long offset, byte value) {
        pages.putByte(offset, value);
    }

    @Override
    public void putData(long offset, byte[] src, int srcPos, int srcSize) {
        pages.put(offset, src, srcPos, srcSize);
    }

    @Override
    public void putData(long offset, ByteBuffer buf) {
        byte[] bytes = new byte[buf.remaining()];
        buf.get(bytes);
        pages.put(offset, bytes, 0, bytes.length);
    }

    @Override
    public void putDataOverlap(long offset, byte[] src, int srcPos, int srcSize) {
        pages.put(offset, src, srcPos, srcSize);
    }

    @Override
    public long getLong(long offset) {
        return pages.getLong(offset);
    }

    @Override
    public int getInt(long offset) {
        return pages.getInt(offset);
    }

    @Override
    public byte getByte(long offset) {
        return pages.getByte(offset);
    }

    @Override
    public DataInput2 getDataInput(long offset, int size) {
        byte[] bytes = new byte[size];
        pages.get(offset, bytes, 0, size);
        return new DataInput2.ByteArray(bytes);
    }

    @Override
    public DataInput2 getDataInputOverlap(long offset, int size) {
        return getDataInput(offset, size);
    }

    @Override
    public void getData(long offset, byte[] bytes, int bytesPos, int size) {
        pages.get(offset, bytes, bytesPos, size);
    }

    @Override
    public void clear(long startOffset, long endOffset) {
        pages.clear(startOffset, endOffset);
    }

    @Override
    public void sync() {
        // a checkpoint syncs
    }

    @Override
    public void close() {
        // the owner of the paged file closes it
    }

    @Override
    public int sliceSize() {
        return (int) CC.PAGE_SIZE;
    }

    @Override
    public boolean isSliced() {
        return true;
    }

    @Override
    public long length() {
        return pages.length();
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public @Nullable File getFile() {
        return null;
    }

    @Override
    public boolean getFileLocked() {
        return false;
    }
}
