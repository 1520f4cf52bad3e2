package io.kvstore.disk;

import io.kvstore.disk.SimulatedNode.FileChange;
import io.kvstore.disk.SimulatedNode.FileNode;
import io.kvstore.disk.SimulatedNode.Folder;
import io.kvstore.disk.SimulatedNode.NameChange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Computes the outcomes of a power cut. An outcome is a set of atoms that were kept. A change consists of consecutive
 * atoms: a write has one for each of its sectors, and one more if it changed the size; a truncation and a change of
 * names have one.
 */
final class PowerCut {

    /** @param resizes whether the last atom is a change of the size of a file */
    private record Change(String what, int firstAtom, int atoms, boolean resizes) {}

    private final Folder root;
    private final Map<FileNode, PendingChanges> files = new HashMap<>();
    private final Map<Folder, Integer> folders = new HashMap<>();
    private final Map<SimulatedNode, Integer> offsets = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private int atoms;

    PowerCut(Folder root) {
        this.root = root;
        collect("", root);
    }

    private void collect(String path, SimulatedNode node) {
        if (offsets.putIfAbsent(node, atoms) != null) {
            return;
        }
        if (node instanceof FileNode file) {
            PendingChanges pending = new PendingChanges(file);
            files.put(file, pending);
            for (int i = 0; i < file.pending.size(); i++) {
                FileChange change = file.pending.get(i);
                add(path + " " + change, pending.firstAtom(i + 1) - pending.firstAtom(i), change.sizeAfter() >= 0);
            }
        } else if (node instanceof Folder folder) {
            folders.put(folder, atoms);
            folder.pending.forEach(change -> add(change.what(), 1, false));
            folder.durable.forEach((name, inner) -> collect(path + "/" + name, inner));
            for (NameChange change : folder.pending) {
                change.effect().forEach((name, inner) -> {
                    if (inner != null) {
                        collect(path + "/" + name, inner);
                    }
                });
            }
        }
    }

    private void add(String what, int count, boolean resizes) {
        changes.add(new Change(what, atoms, count, resizes));
        atoms += count;
    }

    /** Returns the disks that the power cut may leave, see {@link SimulatedDisk#afterPowerCut}. */
    List<SimulatedDisk> outcomes(long seed, int limit) {
        Set<BitSet> chosen = new LinkedHashSet<>();
        chosen.add(new BitSet());
        chosen.add(canonical(all()));
        List<BitSet> others = new ArrayList<>();
        int bits = 31 - Integer.numberOfLeadingZeros(limit);
        Random random = new Random(seed);
        if (atoms <= bits) {
            for (int set = 0; set < 1 << atoms; set++) {
                others.add(BitSet.valueOf(new long[] {set}));
            }
        } else {
            if (changes.size() <= bits) {
                for (int set = 0; set < 1 << changes.size(); set++) {
                    others.add(whole(BitSet.valueOf(new long[] {set})));
                }
            }
            singleChanges(others, random);
            for (int i = 0; i < limit; i++) {
                others.add(randomOutcome(random));
            }
            Collections.shuffle(others, random);
        }
        for (BitSet kept : others) {
            if (chosen.size() < limit) {
                chosen.add(canonical(kept));
            }
        }
        List<SimulatedDisk> disks = new ArrayList<>();
        for (BitSet kept : chosen) {
            String origin = "after a power cut, seed " + seed + ", outcome " + disks.size() + ": " + describe(kept);
            disks.add(new SimulatedDisk(folder(root, kept, new HashMap<>()), origin));
        }
        return disks;
    }

    private BitSet all() {
        BitSet kept = new BitSet();
        kept.set(0, atoms);
        return kept;
    }

    private BitSet whole(BitSet keptChanges) {
        BitSet kept = new BitSet();
        keptChanges.stream().mapToObj(changes::get).forEach(change -> set(kept, change, true));
        return kept;
    }

    private static void set(BitSet kept, Change change, boolean value) {
        kept.set(change.firstAtom, change.firstAtom + change.atoms, value);
    }

    /**
     * Adds outcomes in which a single change is kept, lost or torn in some ways, with all others kept or all others
     * lost.
     */
    private void singleChanges(List<BitSet> outcomes, Random random) {
        for (Change change : changes) {
            BitSet alone = new BitSet();
            set(alone, change, true);
            outcomes.add(withDependencies(alone));
            BitSet others = all();
            set(others, change, false);
            outcomes.add(others);
            if (change.atoms > 1) {
                BitSet sizes = new BitSet();
                sizes.set(change.firstAtom + change.atoms - 1, change.resizes);
                for (BitSet rest : List.of(others, new BitSet(), sizes)) {
                    outcomes.add(with(rest, change.firstAtom, change.firstAtom + 1));
                    outcomes.add(with(rest, change.firstAtom + 1, change.firstAtom + change.atoms));
                    outcomes.add(with(rest, change.firstAtom, change.firstAtom + change.atoms - 1));
                    outcomes.add(with(rest, change.firstAtom + change.atoms - 1, change.firstAtom + change.atoms));
                    BitSet torn = (BitSet) rest.clone();
                    for (int atom = change.firstAtom; atom < change.firstAtom + change.atoms; atom++) {
                        torn.set(atom, random.nextBoolean());
                    }
                    outcomes.add(withDependencies(torn));
                }
            }
        }
    }

    private BitSet with(BitSet rest, int from, int to) {
        BitSet kept = (BitSet) rest.clone();
        kept.set(from, to);
        return withDependencies(kept);
    }

    /** Returns an outcome in which each change, or each atom of a change, is kept with a random probability. */
    private BitSet randomOutcome(Random random) {
        double probability = new double[] {0.1, 0.5, 0.9}[random.nextInt(3)];
        double tearing = new double[] {0, 0.2, 1}[random.nextInt(3)];
        BitSet kept = new BitSet();
        for (Change change : changes) {
            if (random.nextDouble() >= tearing) {
                set(kept, change, random.nextDouble() < probability);
            } else {
                for (int atom = change.firstAtom; atom < change.firstAtom + change.atoms; atom++) {
                    kept.set(atom, random.nextDouble() < probability);
                }
            }
        }
        if (random.nextBoolean()) {
            changes.stream().filter(Change::resizes).forEach(change -> kept.set(change.firstAtom + change.atoms - 1));
        }
        return random.nextBoolean() ? withDependencies(kept) : kept;
    }

    /** Adds the changes of names on which the kept changes of names depend. */
    private BitSet withDependencies(BitSet kept) {
        folders.forEach((folder, offset) -> {
            for (int i = folder.pending.size() - 1; i >= 0; i--) {
                for (int j = i - 1; j >= 0 && kept.get(offset + i); j--) {
                    if (folder.pending.get(i).touchesNameOf(folder.pending.get(j))) {
                        kept.set(offset + j);
                    }
                }
            }
        });
        return kept;
    }

    /** Removes atoms that have no effect, and changes of names whose dependencies are not kept. */
    private BitSet canonical(BitSet atomsKept) {
        BitSet kept = (BitSet) atomsKept.clone();
        folders.forEach((folder, offset) -> {
            for (int i = 0; i < folder.pending.size(); i++) {
                for (int j = 0; j < i; j++) {
                    if (!kept.get(offset + j) && folder.pending.get(i).touchesNameOf(folder.pending.get(j))) {
                        kept.clear(offset + i);
                    }
                }
            }
        });
        files.forEach((file, pending) -> pending.canonicalize(kept, offsets.get(file)));
        return kept;
    }

    private Folder folder(Folder folder, BitSet kept, Map<SimulatedNode, SimulatedNode> copies) {
        Map<String, SimulatedNode> names = new TreeMap<>(folder.durable);
        int offset = folders.get(folder);
        for (int i = 0; i < folder.pending.size(); i++) {
            if (kept.get(offset + i)) {
                Folder.apply(names, folder.pending.get(i));
            }
        }
        Folder left = new Folder();
        names.forEach((name, node) -> {
            SimulatedNode copy = copies.get(node);
            if (copy == null) {
                copy = node instanceof Folder inner ? folder(inner, kept, copies) : file((FileNode) node, kept);
                copies.put(node, copy);
            }
            left.names.put(name, copy);
            left.durable.put(name, copy);
        });
        return left;
    }

    private FileNode file(FileNode file, BitSet kept) {
        SparseBytes image = files.get(file).image(kept, offsets.get(file));
        return new FileNode(image, image.copy());
    }

    private String describe(BitSet kept) {
        List<String> texts = new ArrayList<>();
        for (Change change : changes) {
            int atomsKept =
                    kept.get(change.firstAtom, change.firstAtom + change.atoms).cardinality();
            texts.add(change.what + (atomsKept == change.atoms ? " kept" : atomsKept == 0 ? " lost" : " in part"));
        }
        int shown = Math.min(texts.size(), 20);
        String more = texts.size() > shown ? ", and " + (texts.size() - shown) + " more" : "";
        return String.join("; ", texts.subList(0, shown)) + more;
    }
}
