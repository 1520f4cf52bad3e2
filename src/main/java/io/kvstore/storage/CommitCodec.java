package io.kvstore.storage;

import io.kvstore.journal.LogRecord;
import io.kvstore.store.Codec;
import io.kvstore.store.Commit;
import io.kvstore.store.EntryFormat;
import io.kvstore.store.KeyCodec;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/*
 * An encoded commit; numbers are big-endian:
 *
 *   effects      4
 *   per effect:  kind 1 (0 deletion, 1 put), reason 1, key size 4, value size 4 (of a put), key, value
 *
 * The revision is not part of it; the log knows the revision of each commit.
 */
/** Encodes commits for the log and for snapshots, and decodes them. */
final class CommitCodec<K, V> {

    private static final int DELETE = 0;
    private static final int PUT = 1;
    private static final int EFFECT_BYTES_MIN = 6;

    private final KeyCodec<K> keyCodec;
    private final Codec<V> valueCodec;

    CommitCodec(EntryFormat<K, V> format) {
        this.keyCodec = format.keyCodec();
        this.valueCodec = format.valueCodec();
    }

    /** Returns the encoded size of a commit. Costs constant time per effect. */
    long size(Commit<K, V> commit) {
        long size = 4;
        for (Commit.Effect<K, V> effect : commit.effects()) {
            V value = effect.value();
            size += 6L + keyCodec.size(effect.key()) + (value == null ? 0L : 4L + valueCodec.size(value));
        }
        return size;
    }

    /**
     * Returns a commit as a record of the journal.
     *
     * @param size the result of {@link #size}
     */
    LogRecord record(Commit<K, V> commit, int size) {
        return new LogRecord() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public int changes() {
                return commit.effects().size();
            }

            @Override
            public void writeTo(DataOutput out) throws IOException {
                write(commit, out);
            }
        };
    }

    private void write(Commit<K, V> commit, DataOutput out) throws IOException {
        out.writeInt(commit.effects().size());
        for (Commit.Effect<K, V> effect : commit.effects()) {
            V value = effect.value();
            out.writeByte(value == null ? DELETE : PUT);
            out.writeByte(effect.reason());
            out.writeInt(keyCodec.size(effect.key()));
            if (value != null) {
                out.writeInt(valueCodec.size(value));
            }
            keyCodec.encode(effect.key(), out);
            if (value != null) {
                valueCodec.encode(value, out);
            }
        }
    }

    /** Decodes a commit. */
    Commit<K, V> read(long revision, byte[] bytes, int offset, int size) throws IOException {
        FixedInput in = new FixedInput(bytes, offset, size);
        int count = in.readInt();
        if (count < 0 || count > in.remaining() / EFFECT_BYTES_MIN) {
            throw new IOException("a commit of " + count + " effects in " + size + " bytes");
        }
        List<Commit.Effect<K, V>> effects = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            boolean put = in.readByte() == PUT;
            int reason = in.readUnsignedByte();
            int keySize = in.readInt();
            int valueSize = put ? in.readInt() : 0;
            in.checkHolds(keySize, valueSize);
            K key = keyCodec.decode(in, keySize);
            effects.add(new Commit.Effect<>(key, put ? valueCodec.decode(in, valueSize) : null, reason));
        }
        return new Commit<>(revision, effects);
    }
}
