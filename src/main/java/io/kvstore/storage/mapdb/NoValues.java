package io.kvstore.storage.mapdb;

import java.util.Comparator;
import org.mapdb.DataInput2;
import org.mapdb.DataOutput2;
import org.mapdb.serializer.GroupSerializer;

/**
 * Serializes the values of a tree that is used as a set of keys. Writes no bytes; in memory, the values of a node are
 * represented by their number.
 */
final class NoValues implements GroupSerializer<Boolean> {

    @Override
    public int valueArraySearch(Object values, Boolean value) {
        throw new UnsupportedOperationException();
    }

    @Override
    @SuppressWarnings("rawtypes") // as MapDB declares it
    public int valueArraySearch(Object values, Boolean value, Comparator comparator) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void valueArraySerialize(DataOutput2 out, Object values) {}

    @Override
    public Integer valueArrayDeserialize(DataInput2 in, int size) {
        return size;
    }

    @Override
    public Boolean valueArrayBinaryGet(DataInput2 in, int size, int i) {
        return true;
    }

    @Override
    public Boolean valueArrayGet(Object values, int i) {
        return true;
    }

    @Override
    public int valueArraySize(Object values) {
        return (Integer) values;
    }

    @Override
    public Integer valueArrayEmpty() {
        return 0;
    }

    @Override
    public Integer valueArrayPut(Object values, int i, Boolean value) {
        return (Integer) values + 1;
    }

    @Override
    public Integer valueArrayUpdateVal(Object values, int i, Boolean value) {
        return (Integer) values;
    }

    @Override
    public Integer valueArrayFromArray(Object[] values) {
        return values.length;
    }

    @Override
    public Integer valueArrayCopyOfRange(Object values, int from, int to) {
        return to - from;
    }

    @Override
    public Integer valueArrayDeleteValue(Object values, int i) {
        return (Integer) values - 1;
    }

    @Override
    public void serialize(DataOutput2 out, Boolean value) {}

    @Override
    public Boolean deserialize(DataInput2 in, int available) {
        return true;
    }
}
