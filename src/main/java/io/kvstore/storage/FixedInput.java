package io.kvstore.storage;

import java.io.DataInput;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Reads a part of an array for a codec. A {@link DataInputStream} would allocate half a kilobyte for every key and
 * value.
 */
public final class FixedInput implements DataInput {

    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle CHARS = MethodHandles.byteArrayViewVarHandle(char[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private final int end;
    private int at;

    public FixedInput(byte[] bytes, int offset, int size) {
        Objects.checkFromIndexSize(offset, size, bytes.length);
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + size;
    }

    /** Returns the number of bytes left. */
    int remaining() {
        return end - at;
    }

    /**
     * Checks that the bytes left can contain a key and a value, before memory is allocated for them.
     *
     * @throws EOFException if they cannot
     */
    void checkHolds(int keySize, int valueSize) throws EOFException {
        if (keySize < 0 || valueSize < 0 || (long) keySize + valueSize > remaining()) {
            throw new EOFException("a key of " + keySize + " and a value of " + valueSize + " bytes do not fit into "
                    + remaining() + " bytes");
        }
    }

    /** Skips the next {@code size} bytes, and returns their index. */
    private int take(int size) throws EOFException {
        if (size < 0 || size > end - at) {
            throw new EOFException("there are only " + (end - at) + " of " + size + " bytes");
        }
        int from = at;
        at += size;
        return from;
    }

    @Override
    public void readFully(byte[] into) throws EOFException {
        readFully(into, 0, into.length);
    }

    @Override
    public void readFully(byte[] into, int offset, int length) throws EOFException {
        System.arraycopy(bytes, take(length), into, offset, length);
    }

    @Override
    public int skipBytes(int n) {
        int skipped = Math.max(0, Math.min(n, end - at));
        at += skipped;
        return skipped;
    }

    @Override
    public boolean readBoolean() throws EOFException {
        return readByte() != 0;
    }

    @Override
    public byte readByte() throws EOFException {
        return bytes[take(1)];
    }

    @Override
    public int readUnsignedByte() throws EOFException {
        return readByte() & 0xFF;
    }

    @Override
    public short readShort() throws EOFException {
        return (short) SHORTS.get(bytes, take(Short.BYTES));
    }

    @Override
    public int readUnsignedShort() throws EOFException {
        return readShort() & 0xFFFF;
    }

    @Override
    public char readChar() throws EOFException {
        return (char) CHARS.get(bytes, take(Character.BYTES));
    }

    @Override
    public int readInt() throws EOFException {
        return (int) INTS.get(bytes, take(Integer.BYTES));
    }

    @Override
    public long readLong() throws EOFException {
        return (long) LONGS.get(bytes, take(Long.BYTES));
    }

    @Override
    public float readFloat() throws EOFException {
        return Float.intBitsToFloat(readInt());
    }

    @Override
    public double readDouble() throws EOFException {
        return Double.longBitsToDouble(readLong());
    }

    @Override
    public String readLine() {
        throw new UnsupportedOperationException("readLine has no defined encoding");
    }

    @Override
    public String readUTF() throws IOException {
        return DataInputStream.readUTF(this);
    }
}
