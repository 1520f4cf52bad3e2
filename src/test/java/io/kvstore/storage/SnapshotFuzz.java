package io.kvstore.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.journal.Encodable;
import io.kvstore.journal.SnapshotReader;
import io.kvstore.journal.SnapshotWriter;
import io.kvstore.store.Commit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reading a snapshot throws an {@link IOException}, or gives rows and commits without a gap.
 *
 * <p>The first byte selects the form of the rest: a snapshot as it is, or the contents of its parts, to which checksums
 * are added. Random bytes would never match the checksums.
 */
public final class SnapshotFuzz {

    private static final SnapshotCodec<String, String> CODEC = new SnapshotCodec<>(TextCodec.FORMAT);

    private SnapshotFuzz() {}

    /** @param input as described above */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(input);
        byte[] snapshot;
        if (byteOf(in) % 2 == 0) {
            snapshot = new byte[in.remaining()];
            in.get(snapshot);
        } else {
            snapshot = sealed(in);
        }
        List<Commit<String, String>> commits = new ArrayList<>();
        SnapshotReader.End end;
        try {
            end = CODEC.read(new SnapshotReader(new ByteArrayInputStream(snapshot), "snapshot"), commits::add);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).contains("snapshot");
            return;
        }
        long revision = -1;
        for (Commit<String, String> commit : commits) {
            if (commit.revision() != 0 && revision >= 0 && commit != commits.get(commits.size() - 1)) {
                assertThat(commit.revision()).isEqualTo(revision + 1);
            }
            revision = commit.revision() == 0 ? revision : commit.revision();
        }
        assertThat(commits.get(commits.size() - 1).revision()).isEqualTo(end.revision());
    }

    /** Parts: a kind, then blocks, each a size and its bytes; a size of 255 ends the part. */
    private static byte[] sealed(ByteBuffer in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (SnapshotWriter out = new SnapshotWriter(bytes, byteOf(in))) {
            while (in.remaining() > 2) {
                boolean rows = byteOf(in) % 2 == 0;
                List<Encodable> blocks = new ArrayList<>();
                for (int size = byteOf(in);
                        in.hasRemaining() && size != 255 && size <= in.remaining();
                        size = byteOf(in)) {
                    byte[] block = new byte[size];
                    in.get(block);
                    blocks.add(new Bytes(block));
                }
                if (rows) {
                    out.rows(blocks);
                } else {
                    out.commits(blocks);
                }
            }
            out.end(byteOf(in), byteOf(in));
        }
        return bytes.toByteArray();
    }

    private record Bytes(byte[] bytes) implements Encodable {
        @Override
        public int size() {
            return bytes.length;
        }

        @Override
        public void writeTo(DataOutput out) throws IOException {
            out.write(bytes);
        }
    }

    private static int byteOf(ByteBuffer in) {
        return in.hasRemaining() ? in.get() & 0xFF : 0;
    }
}
