package io.kvstore.disk;

import io.kvstore.disk.SimulatedNode.FileChange;
import io.kvstore.disk.SimulatedNode.FileNode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The changes of one file that a power cut may undo, split into atoms: each sector of a write, and each change of the
 * size.
 *
 * <p>The device writes a sector as a whole or not at all, and sectors in any order. The content that it writes is that
 * of any moment since the last force. The file system does the same with the size. So an outcome of a power cut is a
 * set of atoms that were kept. Of each sector, and of the size, only the newest kept atom counts: it gives the sector
 * all that had been written to it by then. A truncation zeroes the truncated bytes if the kept size is the one that it
 * set or a later one, and in sectors that were written after it.
 */
final class PendingChanges {

    private static final long SIZE = -1;

    private final FileNode file;
    private final List<FileChange> changes;
    private final int[] firstAtom;
    /** The sector that each atom belongs to, or {@code SIZE}. */
    private final long[] target;

    PendingChanges(FileNode file) {
        this.file = file;
        this.changes = file.pending;
        this.firstAtom = new int[changes.size() + 1];
        for (int i = 0; i < changes.size(); i++) {
            FileChange change = changes.get(i);
            firstAtom[i + 1] = firstAtom[i] + change.sectors() + (change.sizeAfter() < 0 ? 0 : 1);
        }
        this.target = new long[atoms()];
        for (int i = 0; i < changes.size(); i++) {
            FileChange change = changes.get(i);
            for (int atom = firstAtom[i]; atom < firstAtom[i + 1]; atom++) {
                int sector = atom - firstAtom[i];
                target[atom] = sector < change.sectors() ? change.firstSector() + sector : SIZE;
            }
        }
    }

    /** Returns the number of atoms of all changes. The atoms of a change have consecutive numbers. */
    int atoms() {
        return firstAtom[changes.size()];
    }

    /** Returns the number of the first atom of a change. */
    int firstAtom(int change) {
        return firstAtom[change];
    }

    /**
     * Removes atoms that have no effect, because a later atom of the same sector or of the size is kept, or because
     * they are past the end of the file.
     *
     * @param offset the number of the first atom of this file in {@code kept}
     */
    void canonicalize(BitSet kept, int offset) {
        Set<Long> covered = new HashSet<>();
        long size = size(kept, offset);
        for (int atom = atoms() - 1; atom >= 0; atom--) {
            if (kept.get(offset + atom)
                    && (!covered.add(target[atom]) || target[atom] * FileNode.SECTOR_BYTES >= size)) {
                kept.clear(offset + atom);
            }
        }
    }

    private long size(BitSet kept, int offset) {
        for (int i = changes.size() - 1; i >= 0; i--) {
            if (changes.get(i).sizeAfter() >= 0 && kept.get(offset + firstAtom[i + 1] - 1)) {
                return changes.get(i).sizeAfter();
            }
        }
        return file.durable.size();
    }

    /**
     * Returns the contents of the file if exactly these atoms were kept.
     *
     * @param offset the number of the first atom of this file in {@code kept}
     */
    SparseBytes image(BitSet kept, int offset) {
        SparseBytes image = file.durable.copy();
        Map<Long, Integer> newest = new HashMap<>();
        for (int i = 0; i < changes.size(); i++) {
            for (int atom = firstAtom[i]; atom < firstAtom[i + 1]; atom++) {
                if (kept.get(offset + atom)) {
                    newest.put(target[atom], i);
                }
            }
        }
        if (newest.isEmpty()) {
            return image;
        }
        int sizeChange = newest.getOrDefault(SIZE, -1);
        for (int i = 0; i < changes.size(); i++) {
            FileChange change = changes.get(i);
            if (change.bytes() != null) {
                writeSectors(image, i, newest);
            } else if (sizeChange >= i) {
                image.zero(change.position(), image.size());
            } else {
                zeroSectors(image, i, newest);
            }
        }
        image.resize(size(kept, offset));
        return image;
    }

    private void writeSectors(SparseBytes image, int i, Map<Long, Integer> newest) {
        FileChange change = changes.get(i);
        byte[] bytes = change.bytes();
        long end = change.position() + bytes.length;
        for (int j = 0; j < change.sectors(); j++) {
            long sector = change.firstSector() + j;
            if (newest.getOrDefault(sector, -1) >= i) {
                long from = Math.max(change.position(), sector * FileNode.SECTOR_BYTES);
                long to = Math.min(end, (sector + 1) * FileNode.SECTOR_BYTES);
                image.write(from, bytes, (int) (from - change.position()), (int) (to - from));
            }
        }
    }

    private void zeroSectors(SparseBytes image, int i, Map<Long, Integer> newest) {
        long cut = changes.get(i).position();
        newest.forEach((sector, change) -> {
            if (sector != SIZE && change >= i) {
                image.zero(Math.max(cut, sector * FileNode.SECTOR_BYTES), (sector + 1) * FileNode.SECTOR_BYTES);
            }
        });
    }

    /**
     * Returns the durable contents after a force: all changes, except sectors that the kernel dropped after a failed
     * force.
     */
    SparseBytes afterForce() {
        BitSet kept = new BitSet();
        Map<Long, Boolean> dropped = new HashMap<>();
        for (int i = changes.size() - 1; i >= 0; i--) {
            for (int atom = firstAtom[i]; atom < firstAtom[i + 1]; atom++) {
                dropped.putIfAbsent(
                        target[atom], target[atom] != SIZE && changes.get(i).isDropped());
                kept.set(atom, !dropped.get(target[atom]));
            }
        }
        return image(kept, 0);
    }

    /** Returns the changes that are still not durable after a force. */
    List<FileChange> pendingAfterForce() {
        Map<Long, FileChange> pending = new HashMap<>();
        for (int i = 0; i < changes.size(); i++) {
            FileChange change = changes.get(i);
            for (int j = 0; j < change.sectors(); j++) {
                long sector = change.firstSector() + j;
                long at = sector * FileNode.SECTOR_BYTES;
                int length = (int) Math.min(FileNode.SECTOR_BYTES, file.contents.size() - at);
                if (!change.isDropped() || length <= 0) {
                    pending.remove(sector);
                } else {
                    pending.put(sector, FileChange.droppedWrite(at, file.contents.read(at, length)));
                }
            }
        }
        return new ArrayList<>(pending.values());
    }
}
