package io.kvstore.storage.mapdb;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import org.mapdb.DataInput2;
import org.mapdb.DataOutput2;
import org.mapdb.serializer.GroupSerializer;

/*
 * Format: the length of the prefix that all keys of the node share (packed), and the prefix; the length of the rest of
 * each key (packed); the rests, one after another. The keys are in order, so the prefix is what the first and the last
 * key share.
 */
/**
 * Serializes the keys of a node of the tree, packed into one array in unsigned order, and searches them in packed form.
 */
final class PackedKeys implements GroupSerializer<byte[]> {

    /** Key {@code i} consists of the bytes from {@code ends[i - 1]} to {@code ends[i]}. */
    private static final class Node {
        static final Node EMPTY = new Node(new byte[0], new int[0]);
        final byte[] bytes;
        final int[] ends;

        Node(byte[] bytes, int[] ends) {
            this.bytes = bytes;
            this.ends = ends;
        }

        int start(int i) {
            return i == 0 ? 0 : ends[i - 1];
        }

        int length(int i) {
            return ends[i] - start(i);
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as MapDB declares it
    public int valueArrayBinarySearch(byte[] key, DataInput2 in, int size, Comparator comparator) throws IOException {
        int prefix = in.unpackInt();
        int prefixAt = in.getPos();
        byte[] bytes = in.internalByteArray();
        in.setPos(prefixAt + prefix);
        int[] ends = unpackEnds(in, size);
        int at = in.getPos();
        in.setPos(at + ends[size - 1]);
        int order = Arrays.compareUnsigned(key, 0, Math.min(key.length, prefix), bytes, prefixAt, prefixAt + prefix);
        if (order != 0) {
            return order < 0 ? -1 : -(size + 1);
        }
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int start = middle == 0 ? 0 : ends[middle - 1];
            order = Arrays.compareUnsigned(key, prefix, key.length, bytes, at + start, at + ends[middle]);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return -(low + 1);
    }

    private static int[] unpackEnds(DataInput2 in, int size) throws IOException {
        if (size > in.internalByteArray().length) {
            throw new IOException("a node of " + size + " keys does not fit into its record");
        }
        int[] ends = new int[size];
        int end = 0;
        for (int i = 0; i < size; i++) {
            end += in.unpackInt();
            ends[i] = end;
        }
        return ends;
    }

    @Override
    public void valueArraySerialize(DataOutput2 out, Object keys) throws IOException {
        Node node = (Node) keys;
        int size = node.ends.length;
        int last = node.start(size - 1);
        int prefix = Arrays.mismatch(node.bytes, 0, node.ends[0], node.bytes, last, node.ends[size - 1]);
        if (prefix < 0) {
            prefix = node.ends[0];
        }
        out.packInt(prefix);
        out.write(node.bytes, 0, prefix);
        for (int i = 0; i < size; i++) {
            out.packInt(node.length(i) - prefix);
        }
        for (int i = 0; i < size; i++) {
            out.write(node.bytes, node.start(i) + prefix, node.length(i) - prefix);
        }
    }

    @Override
    public Node valueArrayDeserialize(DataInput2 in, int size) throws IOException {
        int prefix = in.unpackInt();
        int prefixAt = in.getPos();
        in.setPos(prefixAt + prefix);
        int[] ends = unpackEnds(in, size);
        int at = in.getPos();
        byte[] packed = in.internalByteArray();
        int total = ends[size - 1];
        if (prefix > packed.length || total < 0 || total > packed.length - at) {
            throw new IOException("keys of " + total + " bytes do not fit into their record");
        }
        in.setPos(at + total);
        byte[] bytes = new byte[Math.addExact(total, Math.multiplyExact(prefix, size))];
        int start = 0;
        int to = 0;
        for (int i = 0; i < size; i++) {
            int length = ends[i] - start;
            System.arraycopy(packed, prefixAt, bytes, to, prefix);
            System.arraycopy(packed, at + start, bytes, to + prefix, length);
            start = ends[i];
            to += prefix + length;
            ends[i] = to;
        }
        return new Node(bytes, ends);
    }

    @Override
    public int valueArraySearch(Object keys, byte[] key) {
        Node node = (Node) keys;
        int low = 0;
        int high = node.ends.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Arrays.compareUnsigned(key, 0, key.length, node.bytes, node.start(middle), node.ends[middle]);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return -(low + 1);
    }

    @Override
    @SuppressWarnings("rawtypes") // as MapDB declares it
    public int valueArraySearch(Object keys, byte[] key, Comparator comparator) {
        return valueArraySearch(keys, key);
    }

    @Override
    public byte[] valueArrayGet(Object keys, int i) {
        Node node = (Node) keys;
        return Arrays.copyOfRange(node.bytes, node.start(i), node.ends[i]);
    }

    @Override
    public int valueArraySize(Object keys) {
        return ((Node) keys).ends.length;
    }

    @Override
    public Node valueArrayEmpty() {
        return Node.EMPTY;
    }

    @Override
    public Node valueArrayPut(Object keys, int i, byte[] key) {
        return replace((Node) keys, i, i, key);
    }

    @Override
    public Node valueArrayUpdateVal(Object keys, int i, byte[] key) {
        return replace((Node) keys, i, i + 1, key);
    }

    @Override
    public Node valueArrayFromArray(Object[] keys) {
        Node node = Node.EMPTY;
        for (int i = 0; i < keys.length; i++) {
            node = replace(node, i, i, (byte[]) keys[i]);
        }
        return node;
    }

    @Override
    public Node valueArrayCopyOfRange(Object keys, int from, int to) {
        Node node = (Node) keys;
        int start = node.start(from);
        int[] ends = new int[to - from];
        for (int i = from; i < to; i++) {
            ends[i - from] = node.ends[i] - start;
        }
        return new Node(Arrays.copyOfRange(node.bytes, start, start + (to == from ? 0 : ends[to - from - 1])), ends);
    }

    /** Removes the key before {@code i}; MapDB counts from one here. */
    @Override
    public Node valueArrayDeleteValue(Object keys, int i) {
        return replace((Node) keys, i - 1, i);
    }

    /** Returns a node with the keys before {@code from}, the new keys, and the keys from {@code to} on. */
    private static Node replace(Node node, int from, int to, byte[]... keys) {
        int start = node.start(from);
        int end = node.start(to);
        int added = 0;
        for (byte[] key : keys) {
            added += key.length;
        }
        byte[] bytes = new byte[node.bytes.length - (end - start) + added];
        int[] ends = new int[node.ends.length - (to - from) + keys.length];
        System.arraycopy(node.bytes, 0, bytes, 0, start);
        System.arraycopy(node.ends, 0, ends, 0, from);
        int at = start;
        for (int i = 0; i < keys.length; i++) {
            System.arraycopy(keys[i], 0, bytes, at, keys[i].length);
            at += keys[i].length;
            ends[from + i] = at;
        }
        System.arraycopy(node.bytes, end, bytes, at, node.bytes.length - end);
        for (int i = to; i < node.ends.length; i++) {
            ends[from + keys.length + i - to] = node.ends[i] + at - end;
        }
        return new Node(bytes, ends);
    }

    @Override
    public void serialize(DataOutput2 out, byte[] key) throws IOException {
        out.write(key);
    }

    @Override
    public byte[] deserialize(DataInput2 in, int available) throws IOException {
        byte[] key = new byte[available];
        in.readFully(key);
        return key;
    }

    @Override
    public int compare(byte[] a, byte[] b) {
        return Arrays.compareUnsigned(a, b);
    }

    @Override
    public boolean equals(byte[] a, byte[] b) {
        return Arrays.equals(a, b);
    }

    @Override
    public int hashCode(byte[] key, int seed) {
        return Arrays.hashCode(key) + seed;
    }
}
