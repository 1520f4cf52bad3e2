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
 * A snapshot is a header and chunks; numbers are big-endian.
 *
 *   header:  magic 8 "KVSNAPSH", version 4 (1), zeros 4, revision R0 8, CRC32C 4 of the 24 bytes before
 *   chunk:   kind 4, number 4, blocks 4, payload size 4, CRC32C 4 of the 16 bytes before,
 *            payload, CRC32C 4 of the payload
 *
 *   kind 1   rows: per block size 4, bytes. Each chunk was read from one state between R0 and R1, none older than the
 *            commits that stand before it
 *   kind 2   commits after R0 up to R1, in order and without a gap: per block size 4, revision 8, bytes
 *   kind 3   the end: one block of R1 8, rows of the whole 8, CRC32C 4 over the checksums of all chunks before
 *
 * The rows alone are of no single state: they were read page by page while commits went on. But a commit says the whole
 * new value of a key, so doing all commits after R0 again, in order, on rows from anywhere between R0 and R1, ends in
 * R1 exactly. Rows may also stand between commits: a row that is read where it stands has in it whatever the commits
 * before it did to its key, and what was done to it later stands after it. Chunks are numbered from 0, so that none can
 * be missing or repeated.
 */
/** Writes a snapshot of a whole store to a stream: rows and commits, then the end. For one thread. */
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
    private final CRC32C whole = new CRC32C();
    private final DataOutputStream out;
    private int chunks;

    /** @param from R0: the revision of the store before the first row is read */
    public SnapshotWriter(OutputStream target, long from) throws IOException {
        out = new DataOutputStream(new CheckedOutputStream(new BufferedOutputStream(target, 64 << 10), crc));
        out.writeLong(MAGIC);
        out.writeInt(VERSION);
        out.writeInt(0);
        out.writeLong(from);
        endChecked();
    }

    /** Writes rows that were read from one state. */
    public void rows(List<? extends Block> rows) throws IOException {
        chunk(ROWS, rows);
    }

    /** Writes commits, each a revision and what the journal has of it. */
    public void commits(List<? extends Block> commits) throws IOException {
        chunk(COMMITS, commits);
    }

    /**
     * Ends the snapshot; it is whole when this has been flushed.
     *
     * @param revision R1: of the last commit written
     * @param rows how many rows the store has at R1
     */
    public void end(long revision, long rows) throws IOException {
        head(END, 1, END_BYTES);
        out.writeLong(revision);
        out.writeLong(rows);
        out.writeInt((int) whole.getValue());
        endChecked();
        out.flush();
    }

    private void chunk(int kind, List<? extends Block> blocks) throws IOException {
        long size = 0;
        for (Block block : blocks) {
            size += Integer.BYTES + (long) block.size();
        }
        head(kind, blocks.size(), Math.toIntExact(size));
        for (Block block : blocks) {
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
            whole.update(value >>> shift);
        }
        crc.reset();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
