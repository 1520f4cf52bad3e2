package io.kvstore.journal;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/*
 * A snapshot is a header followed by chunks; numbers are big-endian.
 *
 *   header:  magic 8 "KVSNAPSH", version 4 (1), zeros 4, revision R0 8, CRC32C 4 of the 24 bytes before it
 *   chunk:   kind 4, number 4, blocks 4, payload size 4, CRC32C 4 of the 16 bytes before it,
 *            payload, CRC32C 4 of the payload
 *
 *   kind 1   rows: per block size 4, bytes. The rows of a chunk were read from one state between R0 and R1, which
 *            includes all commits that precede the chunk
 *   kind 2   commits after R0 up to R1, in order and without gaps: per block size 4, revision 8, bytes
 *   kind 3   the end: one block of R1 8, number of rows at R1 8, CRC32C 4 over all checksums that precede it
 *
 * The rows alone are not a consistent state: they were read page by page while commits continued. But a commit contains
 * the whole new value of each key it changes. So applying all commits after R0, in order, to rows from any states
 * between R0 and R1 gives exactly the state at R1. Rows may also appear between commits: such a row already includes
 * the commits before it, and later commits to its key follow it. Chunks are numbered from 0, so that a missing or
 * repeated chunk is detected.
 */
/** Writes a snapshot of a whole store to a stream: rows and commits, then the end. Not thread-safe. */
public final class SnapshotWriter implements Closeable {

    static final long MAGIC = 0x4B56534E41505348L;
    static final int VERSION = 1;
    static final int HEADER_BYTES = 28;
    static final int CHUNK_HEAD_BYTES = 20;
    static final int ROWS = 1;
    static final int COMMITS = 2;
    static final int END = 3;
    static final int END_BYTES = 20;

    private final CRC32C crc = new CRC32C();
    private final CRC32C checksumsCrc = new CRC32C();
    private final DataOutputStream out;
    private int chunks;

    /** @param from R0, the revision of the store before the first row is read */
    public SnapshotWriter(OutputStream target, long from) throws IOException {
        out = new DataOutputStream(new CheckedOutputStream(new BufferedOutputStream(target, 64 << 10), crc));
        out.writeLong(MAGIC);
        out.writeInt(VERSION);
        out.writeInt(0);
        out.writeLong(from);
        endChecked();
    }

    /** Writes a chunk of rows, which must have been read from one state. */
    public void rows(List<? extends Encodable> rows) throws IOException {
        chunk(ROWS, rows);
    }

    /** Writes a chunk of commits, each as its revision and its journal record. */
    public void commits(List<? extends Encodable> commits) throws IOException {
        chunk(COMMITS, commits);
    }

    /**
     * Writes the end of the snapshot and flushes it. Without it, the snapshot is incomplete.
     *
     * @param revision R1, the revision of the last commit that was written, or R0 if there was none
     * @param rows how many rows the store has at R1
     */
    public void end(long revision, long rows) throws IOException {
        head(END, 1, END_BYTES);
        out.writeLong(revision);
        out.writeLong(rows);
        out.writeInt((int) checksumsCrc.getValue());
        endChecked();
        out.flush();
    }

    private void chunk(int kind, List<? extends Encodable> blocks) throws IOException {
        long size = 0;
        for (Encodable block : blocks) {
            size += Integer.BYTES + (long) block.size();
        }
        head(kind, blocks.size(), Math.toIntExact(size));
        for (Encodable block : blocks) {
            out.writeInt(block.size());
            block.writeTo(out);
        }
        endChecked();
    }

    private void head(int kind, int blocks, int size) throws IOException {
        crc.reset();
        out.writeInt(kind);
        out.writeInt(chunks++);
        out.writeInt(blocks);
        out.writeInt(size);
        endChecked();
    }

    private void endChecked() throws IOException {
        int value = (int) crc.getValue();
        out.writeInt(value);
        for (int shift = 24; shift >= 0; shift -= 8) {
            checksumsCrc.update(value >>> shift);
        }
        crc.reset();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
