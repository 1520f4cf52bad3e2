package io.kvstore.disk;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a name of a simulated disk stands for. Guarded by the disk. */
abstract sealed class SimulatedNode {

    /** A folder: its names as the process sees them, as a power cut is sure to leave them, and what lies between. */
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

    /** One atomic change of names, each to what it stands for afterwards, or to nothing. */
    record NameChange(String what, Map<String, @Nullable SimulatedNode> effect) {

        boolean touchesNameOf(NameChange other) {
            return effect.keySet().stream().anyMatch(other.effect.keySet()::contains);
        }
    }

    /** A file: its contents as the process sees them, as a power cut is sure to leave them, and what lies between. */
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

        /** A view that is kept like the file for as long as somebody holds it, part of an earlier one where that holds it. */
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
            if (pending.stream().anyMatch(FileChange::isForgotten)) {
                PendingChanges changes = new PendingChanges(this);
                durable = changes.afterForce();
                pending = changes.leftByForce();
                return;
            }
            durable = contents.copy();
            pending.clear();
        }

        /** What the kernel does on an error of the device: it takes the pages for clean, and no later force writes them. */
        void failForce() {
            pending.replaceAll(FileChange::forget);
        }
    }

    /** A change of a file. */
    static final class FileChange {
        private final long position;
        private final byte @Nullable [] bytes;
        private final long sizeAfter;
        private final boolean forgotten;

        private FileChange(long position, byte @Nullable [] bytes, long sizeAfter, boolean forgotten) {
            this.position = position;
            this.bytes = bytes;
            this.sizeAfter = sizeAfter;
            this.forgotten = forgotten;
        }

        static FileChange write(long position, byte[] bytes, long sizeBefore) {
            long end = position + bytes.length;
            return new FileChange(position, bytes, end > sizeBefore ? end : -1, false);
        }

        static FileChange truncation(long size) {
            return new FileChange(size, null, size, false);
        }

        /** A write that does not change the size, and that the kernel will never carry out. */
        static FileChange forgottenWrite(long position, byte[] bytes) {
            return new FileChange(position, bytes, -1, true);
        }

        FileChange forget() {
            return bytes == null ? this : new FileChange(position, bytes, sizeAfter, true);
        }

        long position() {
            return position;
        }

        /** Null where it is a truncation. */
        byte @Nullable [] bytes() {
            return bytes;
        }

        /** The size, where it changed that; else -1. */
        long sizeAfter() {
            return sizeAfter;
        }

        /** Whether the kernel will never write the bytes, because a force of them failed. */
        boolean isForgotten() {
            return forgotten;
        }

        long firstSector() {
            return position / FileNode.SECTOR_BYTES;
        }

        /** How many sectors hold bytes of it. */
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

        /** A view of some of the bytes, or null when they are not all mapped, or nobody holds them any longer. */
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

        /** Follows a write, or returns false when nobody holds the mapped bytes any longer. */
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
