package io.kvstore.storage.mapdb;

import io.kvstore.storage.FixedInput;
import io.kvstore.storage.FixedOutput;
import io.kvstore.store.Codec;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.mapdb.DataInput2;
import org.mapdb.DataOutput2;
import org.mapdb.Serializer;
import org.mapdb.Store;

/**
 * Reads and writes the records of values, in the format that {@link MapDbTable} describes. A value larger than a record
 * is written and read part by part, and is never encoded in memory as a whole.
 *
 * <p>Errors: the exceptions of MapDB or of the codec for damaged bytes, and {@link IOException} if a checksum does not
 * match.
 */
final class ValueRecords<V> {

    /** The maximum size of a record that MapDB does not split. */
    private static final int RECORD_BYTES = 0xffff - 15;

    private static final Serializer<byte[]> BYTES = new RawBytes();

    private final Store store;
    private final Codec<V> codec;

    ValueRecords(Store store, Codec<V> codec) {
        this.store = store;
        this.codec = codec;
    }

    /** Returns whether a value takes more than one record. */
    boolean inParts(V value) {
        return codec.size(value) > RECORD_BYTES - Integer.BYTES;
    }

    /** Writes a value and returns the number of its record. */
    long write(byte[] key, V value) throws IOException {
        return store.put(encode(key, value), BYTES);
    }

    /** Replaces the value of a record. */
    void replace(long recid, boolean inParts, byte[] key, V value) throws IOException {
        long[] parts = inParts ? parts(bytes(recid)) : new long[0];
        store.update(recid, encode(key, value), BYTES);
        for (long part : parts) {
            store.delete(part, BYTES);
        }
    }

    void delete(long recid, boolean inParts) throws IOException {
        long[] parts = inParts ? parts(bytes(recid)) : new long[0];
        store.delete(recid, BYTES);
        for (long part : parts) {
            store.delete(part, BYTES);
        }
    }

    V read(long recid, boolean inParts, byte[] key) throws IOException {
        byte[] record = bytes(recid);
        CRC32C crc = new CRC32C();
        crc.update(key, 0, key.length);
        V value;
        if (inParts) {
            InputStream in = new Parts(parts(record), crc);
            value = codec.decode(
                    new DataInputStream(in), ByteBuffer.wrap(record).getInt(Integer.BYTES));
        } else {
            int size = Math.max(0, record.length - Integer.BYTES);
            crc.update(record, record.length - size, size);
            check(record, crc);
            value = codec.decode(new FixedInput(record, Integer.BYTES, size), size);
        }
        check(record, crc);
        return value;
    }

    private static void check(byte[] record, CRC32C crc) throws IOException {
        if (record.length < Integer.BYTES || ByteBuffer.wrap(record).getInt() != (int) crc.getValue()) {
            throw new IOException("a value does not match its checksum");
        }
    }

    private byte[] encode(byte[] key, V value) throws IOException {
        int size = codec.size(value);
        CRC32C crc = new CRC32C();
        crc.update(key, 0, key.length);
        if (!inParts(value)) {
            byte[] record = new byte[Integer.BYTES + size];
            FixedOutput out = new FixedOutput(record, Integer.BYTES);
            codec.encode(value, new DataOutputStream(out));
            out.checkFull();
            crc.update(record, Integer.BYTES, size);
            ByteBuffer.wrap(record).putInt((int) crc.getValue());
            return record;
        }
        int count = (int) (((long) size + RECORD_BYTES - 1) / RECORD_BYTES);
        ByteBuffer record = ByteBuffer.allocate(2 * Integer.BYTES + count * Long.BYTES);
        record.putInt(0).putInt(size);
        try (Splitter out = new Splitter(record, size, crc)) {
            codec.encode(value, new DataOutputStream(out));
        }
        return record.putInt(0, (int) crc.getValue()).array();
    }

    private byte[] bytes(long recid) throws IOException {
        byte[] bytes = store.get(recid, BYTES);
        if (bytes == null) {
            throw new IOException("record " + recid + " is empty");
        }
        return bytes;
    }

    private static long[] parts(byte[] record) throws IOException {
        int size =
                record.length < 2 * Integer.BYTES ? -1 : ByteBuffer.wrap(record).getInt(Integer.BYTES);
        int count = record.length / Long.BYTES - 1;
        if (size <= 0 || count != ((long) size + RECORD_BYTES - 1) / RECORD_BYTES) {
            throw new IOException("a value of " + size + " bytes has a wrong number of parts: " + count);
        }
        long[] parts = new long[count];
        ByteBuffer.wrap(record, Long.BYTES, record.length - Long.BYTES)
                .asLongBuffer()
                .get(parts);
        return parts;
    }

    /** Splits the written bytes into records, and collects their record numbers. */
    private final class Splitter extends OutputStream {
        private final ByteBuffer recids;
        private final CRC32C crc;
        private long remaining;
        private byte[] part;
        private int at;

        Splitter(ByteBuffer recids, int size, CRC32C crc) {
            this.recids = recids;
            this.crc = crc;
            this.remaining = size;
            this.part = new byte[RECORD_BYTES];
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int start, int length) {
            crc.update(from, start, length);
            for (int done = 0; done < length; ) {
                int n = (int) Math.min(length - done, Math.min(part.length - at, remaining));
                if (n == 0) {
                    throw new IllegalStateException("a codec wrote more bytes than its size method returned");
                }
                System.arraycopy(from, start + done, part, at, n);
                at += n;
                done += n;
                remaining -= n;
                if (at == part.length || remaining == 0) {
                    recids.putLong(store.put(at == part.length ? part : Arrays.copyOf(part, at), BYTES));
                    at = 0;
                }
            }
        }

        @Override
        public void close() {
            if (remaining != 0) {
                throw new IllegalStateException(
                        "a codec wrote " + remaining + " bytes fewer than its size method returned");
            }
        }
    }

    /** Reads the parts of a value in turn. */
    private final class Parts extends InputStream {
        private final long[] recids;
        private final CRC32C crc;
        private int next;
        private byte[] part = new byte[0];
        private int at;

        Parts(long[] recids, CRC32C crc) {
            this.recids = recids;
            this.crc = crc;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int start, int length) throws IOException {
            if (at == part.length) {
                if (next == recids.length) {
                    return -1;
                }
                part = bytes(recids[next++]);
                crc.update(part, 0, part.length);
                at = 0;
            }
            int n = Math.min(length, part.length - at);
            System.arraycopy(part, at, into, start, n);
            at += n;
            return n;
        }
    }

    /** Serializes bytes without their length, because MapDB stores the length of each record. */
    private static final class RawBytes implements Serializer<byte[]> {
        @Override
        public void serialize(DataOutput2 out, byte[] bytes) throws IOException {
            out.write(bytes);
        }

        @Override
        public byte[] deserialize(DataInput2 in, int size) throws IOException {
            byte[] whole = in.internalByteArray();
            if (whole.length == size) {
                return whole;
            }
            byte[] bytes = new byte[size];
            in.readFully(bytes);
            return bytes;
        }
    }
}
