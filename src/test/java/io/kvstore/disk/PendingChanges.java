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
 * The changes of one file that a power cut may undo, taken apart into atoms: each sector of a write, and each change of
 * the size.
 *
 * <p>The device writes a sector wholly or not at all, in any order among sectors, as it was at any moment since it was
 * forced last; the file system does the same with the size. So an outcome is a set of atoms that were kept, of which the
 * newest of each sector, and of the size, counts: it stands for that sector with all that had been written to it by
 * then. A truncation zeroes what it cuts off for whoever sees the size it set, or a later one, and in sectors that were
 * written after it.
 */
final class PendingChanges {

    private static final long SIZE = -1;

    private final FileNode file;
    private final List<FileChange> changes;
    private final int[] firstAtom;
    private final long[] place;

    PendingChanges(FileNode file) {
        this.file = file;
        this.changes = file.pending;
        this.firstAtom = new int[changes.size() + 1];
        for (int i = 0; i < changes.size(); i++) {
            FileChange change = changes.get(i);
            firstAtom[i + 1] = firstAtom[i] + change.sectors() + (change.sizeAfter() < 0 ? 0 : 1);
        }
        this.place = new long[atoms()];
        for (int i = 0; i < changes.size(); i++) {
            FileChange change = changes.get(i);
            for (int atom = firstAtom[i]; atom < firstAtom[i + 1]; atom++) {
                int sector = atom - firstAtom[i];
                place[atom] = sector < change.sectors() ? change.firstSector() + sector : SIZE;
            }
        }
    }

    /** The number of atoms of all changes, those of each in a row. */
    int atoms() {
        return firstAtom[changes.size()];
    }

    int firstAtom(int change) {
        return firstAtom[change];
    }

    /**
     * Takes those atoms out that make no difference, because a later one of the same place is kept, or because they are
     * past the end of the file.
     */
    void canonicalize(BitSet kept, int offset) {
        Set<Long> covered = new HashSet<>();
        long size = size(kept, offset);
        for (int atom = atoms() - 1; atom >= 0; atom--) {
            if (kept.get(offset + atom) && (!covered.add(place[atom]) || place[atom] * FileNode.SECTOR_BYTES >= size)) {
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

    /** The file as it is when these atoms, counted from {@code offset} on, were kept and no others. */
    SparseBytes image(BitSet kept, int offset) {
        SparseBytes image = file.durable.copy();
        Map<Long, Integer> newest = new HashMap<>();
        for (int i = 0; i < changes.size(); i++) {
            for (int atom = firstAtom[i]; atom < firstAtom[i + 1]; atom++) {
                if (kept.get(offset + atom)) {
                    newest.put(place[atom], i);
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

    /** What a force makes durable: all but the sectors that the kernel has forgotten to write. */
    SparseBytes afterForce() {
        BitSet kept = new BitSet();
        Map<Long, Boolean> forgotten = new HashMap<>();
        for (int i = changes.size() - 1; i >= 0; i--) {
            for (int atom = firstAtom[i]; atom < firstAtom[i + 1]; atom++) {
                forgotten.putIfAbsent(
                        place[atom], place[atom] != SIZE && changes.get(i).isForgotten());
                kept.set(atom, !forgotten.get(place[atom]));
            }
        }
        return image(kept, 0);
    }

    /** What is still not durable after a force. */
    List<FileChange> leftByForce() {
        Map<Long, FileChange> left = new HashMap<>();
        for (int i = 0; i < changes.size(); i++) {
            FileChange change = changes.get(i);
            for (int j = 0; j < change.sectors(); j++) {
                long sector = change.firstSector() + j;
                long at = sector * FileNode.SECTOR_BYTES;
                int length = (int) Math.min(FileNode.SECTOR_BYTES, file.contents.size() - at);
                if (!change.isForgotten() || length <= 0) {
                    left.remove(sector);
                } else {
                    left.put(sector, FileChange.forgottenWrite(at, file.contents.read(at, length)));
                }
            }
        }
        return new ArrayList<>(left.values());
    }
}
