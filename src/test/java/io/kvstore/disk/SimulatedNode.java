package io.kvstore.disk;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A file or folder of a simulated disk. Guarded by the disk. */
abstract sealed class SimulatedNode {

    /** A folder: its names as the process sees them, the durable names, and the pending changes between the two. */
    static final class Folder extends SimulatedNode {
        final Map<String, SimulatedNode> names = new TreeMap<>();
        final Map<String, SimulatedNode> durable = new TreeMap<>();
        final List<NameChange> pending = new ArrayList<>();

        void change(NameChange change) {
            apply(names, change);
            pending.add(change);
        }

        void force() {
            for (NameChange change : pending) {
                apply(durable, change);
            }
            pending.clear();
        }

        static void apply(Map<String, SimulatedNode> names, NameChange change) {
            change.effect().forEach((name, node) -> {
                if (node == null) {
                    names.remove(name);
                } else {
                    names.put(name, node);
                }
            });
        }
    }

    /**
     * An atomic change of names.
     *
     * @param effect the new node of each changed name, or null if the name is removed
     */
    record NameChange(String what, Map<String, @Nullable SimulatedNode> effect) {

        boolean touchesNameOf(NameChange other) {
            return effect.keySet().stream().anyMatch(other.effect.keySet()::contains);
        }
    }

    /** A file: its contents as the process sees them, the durable contents, and the pending changes between the two. */
    static final class FileNode extends SimulatedNode {
        static final int SECTOR_BYTES = 512;

        final SparseBytes contents;
        SparseBytes durable;
        List<FileChange> pending = new ArrayList<>();
        int links;
        int openHandles;
        private final List<Mapping> mappings = new ArrayList<>();

        FileNode(SparseBytes contents, SparseBytes durable) {
            this.contents = contents;
            this.durable = durable;
        }

        void write(long position, byte[] bytes) {
            long before = contents.size();
            contents.write(position, bytes, 0, bytes.length);
            pending.add(FileChange.write(position, bytes, before));
            mappings.removeIf(mapping -> !mapping.update(position, bytes));
        }

        void truncate(long size) {
            long before = contents.size();
            contents.resize(size);
            pending.add(FileChange.truncation(size));
            byte[] zeros = new byte[(int) (before - size)];
            mappings.removeIf(mapping -> !mapping.update(size, zeros));
        }

        /**
         * Returns a view that follows later writes as long as it is referenced. Views of the same bytes share an array.
         */
        ByteBuffer map(long position, int length) {
            for (Mapping mapping : mappings) {
                ByteBuffer part = mapping.part(position, length);
                if (part != null) {
                    return part;
                }
            }
            byte[] bytes = contents.read(position, length);
            mappings.add(new Mapping(position, new WeakReference<>(bytes)));
            return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        }

        void force() {
            if (pending.stream().anyMatch(FileChange::isDropped)) {
                PendingChanges changes = new PendingChanges(this);
                durable = changes.afterForce();
                pending = changes.pendingAfterForce();
                return;
            }
            durable = contents.copy();
            pending.clear();
        }

        /** Does what the kernel does after a device error: it marks the pages clean, so no later force writes them. */
        void failForce() {
            pending.replaceAll(FileChange::drop);
        }
    }

    /** A change of a file. */
    static final class FileChange {
        private final long position;
        private final byte @Nullable [] bytes;
        private final long sizeAfter;
        private final boolean dropped;

        private FileChange(long position, byte @Nullable [] bytes, long sizeAfter, boolean dropped) {
            this.position = position;
            this.bytes = bytes;
            this.sizeAfter = sizeAfter;
            this.dropped = dropped;
        }

        static FileChange write(long position, byte[] bytes, long sizeBefore) {
            long end = position + bytes.length;
            return new FileChange(position, bytes, end > sizeBefore ? end : -1, false);
        }

        static FileChange truncation(long size) {
            return new FileChange(size, null, size, false);
        }

        /** Returns a write that does not change the size and that the kernel will never write to the device. */
        static FileChange droppedWrite(long position, byte[] bytes) {
            return new FileChange(position, bytes, -1, true);
        }

        FileChange drop() {
            return bytes == null ? this : new FileChange(position, bytes, sizeAfter, true);
        }

        long position() {
            return position;
        }

        /** Returns the bytes that were written, or null for a truncation. */
        byte @Nullable [] bytes() {
            return bytes;
        }

        /** Returns the new size of the file, or -1 if the size did not change. */
        long sizeAfter() {
            return sizeAfter;
        }

        /** Returns whether the kernel will never write the bytes, because a force failed. */
        boolean isDropped() {
            return dropped;
        }

        long firstSector() {
            return position / FileNode.SECTOR_BYTES;
        }

        /** Returns the number of sectors that contain bytes of this change. */
        int sectors() {
            return bytes == null || bytes.length == 0
                    ? 0
                    : (int) ((position + bytes.length - 1) / FileNode.SECTOR_BYTES - firstSector() + 1);
        }

        @Override
        public String toString() {
            return bytes == null ? "truncate to " + position : "write of " + bytes.length + " at " + position;
        }
    }

    private record Mapping(long position, WeakReference<byte[]> reference) {

        /**
         * Returns a view of some of the bytes, or null if not all of them are mapped or the array was garbage
         * collected.
         */
        @Nullable
        ByteBuffer part(long from, int length) {
            byte[] bytes = reference.get();
            if (bytes == null || from < position || from + length > position + bytes.length) {
                return null;
            }
            return ByteBuffer.wrap(bytes, (int) (from - position), length)
                    .slice()
                    .asReadOnlyBuffer();
        }

        /** Copies a write into the mapped bytes. Returns false if the array was garbage collected. */
        boolean update(long at, byte[] written) {
            byte[] bytes = reference.get();
            if (bytes == null) {
                return false;
            }
            long from = Math.max(at, position);
            long to = Math.min(at + written.length, position + bytes.length);
            if (from < to) {
                System.arraycopy(written, (int) (from - at), bytes, (int) (from - position), (int) (to - from));
            }
            return true;
        }
    }
}
