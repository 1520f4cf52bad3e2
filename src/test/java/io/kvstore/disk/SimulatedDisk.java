package io.kvstore.disk;

import io.kvstore.disk.SimulatedNode.FileNode;
import io.kvstore.disk.SimulatedNode.Folder;
import io.kvstore.disk.SimulatedNode.NameChange;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that fails, fills up, and loses what was not forced, when it is told to.
 *
 * <p><b>What a power cut may leave</b> ({@link #afterPowerCut}). Each file and each folder loses or keeps what was not
 * forced, whatever happens to the others:
 *
 * <ul>
 *   <li>A file is what its last force left, and since then any of its 512-byte sectors may have been written as it was
 *       after any of the writes that touched it. So a write may be lost, kept, torn, or kept while one before it is lost.
 *       A sector itself never tears: drives promise that.
 *   <li>The size may be the one of the last force or any that it had since, whether or not the bytes were written: grown
 *       space reads as zero, and a truncation may be undone.
 *   <li>The names of a folder are those of its last force and any of the changes since, but that a change of a name needs
 *       the earlier ones of the same name: no file is renamed that was not made. A rename happens wholly or not at all.
 *       Changes of different names happen in any order, which journalling file systems do not do, but others may.
 *   <li>A forced file whose name was not forced may be missing; a forced name may stand for an empty file.
 * </ul>
 *
 * <p>{@link #afterKill} keeps all of it, as volatile as it was: only the process died.
 *
 * <p><b>A failed force</b> leaves the bytes readable but takes them for written, as Linux does: no later force of the file
 * makes them durable, unless they are written again.
 *
 * <p>A folder is deleted never, and renamed never; links and permissions do not exist. As with a real channel, a thread that
 * is interrupted when it reads or writes a file closes it.
 */
public final class SimulatedDisk implements Disk {

    /** What can be counted, and made to fail. */
    public enum Operation {
        OPEN,
        /** Of a file or a folder; emptying a file by opening it is one too. */
        CREATE,
        READ,
        WRITE,
        TRUNCATE,
        FORCE,
        MAP,
        RENAME,
        DELETE,
        FORCE_FOLDER,
        LIST;

        /** Those that change what a power cut leaves. */
        public static final Set<Operation> CHANGES =
                Collections.unmodifiableSet(EnumSet.of(CREATE, WRITE, TRUNCATE, FORCE, RENAME, DELETE, FORCE_FOLDER));

        /** Those that change nothing. */
        public static final Set<Operation> READS =
                Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.copyOf(CHANGES)));

        /** All of them. */
        public static final Set<Operation> ALL = Collections.unmodifiableSet(EnumSet.allOf(Operation.class));
    }

    private enum Fault {
        FAIL_ONCE,
        FAIL_ON,
        CRASH_BEFORE,
        CRASH_WITHIN
    }

    private final Folder root;
    private final String origin;
    private final Set<FileNode> locked = new HashSet<>();
    private final EnumMap<Operation, Long> counts = new EnumMap<>(Operation.class);
    private long spaceUsed;
    private long spaceMax = Long.MAX_VALUE;
    private long fillIn;
    private @Nullable Fault fault;
    private Set<Operation> faultKinds = Set.of();
    private long faultIn;
    private @Nullable String faultPoint;
    private Set<Operation> ignored = Set.of();
    private boolean full;
    private boolean dead;

    /** An empty disk. */
    public SimulatedDisk() {
        this(new Folder(), "a new disk");
    }

    SimulatedDisk(Folder root, String origin) {
        this.root = root;
        this.origin = origin;
        count(root);
    }

    private void count(Folder folder) {
        for (SimulatedNode node : folder.names.values()) {
            if (node instanceof Folder inner) {
                count(inner);
            } else if (node instanceof FileNode file) {
                file.links++;
                spaceUsed += file.contents.allocatedBytes();
            }
        }
    }

    /** How many operations of these kinds there were. */
    public synchronized long operations(Set<Operation> kinds) {
        return kinds.stream().mapToLong(kind -> counts.getOrDefault(kind, 0L)).sum();
    }

    /** The process dies before the {@code n}-th change from now on, counted from 1. */
    public synchronized void crashAt(long n) {
        arm(Fault.CRASH_BEFORE, n, Operation.CHANGES);
    }

    /**
     * The process dies within the {@code n}-th change from now on, counted from 1: in the middle of a write, after any other
     * change but before it returns.
     */
    public synchronized void crashWithin(long n) {
        arm(Fault.CRASH_WITHIN, n, Operation.CHANGES);
    }

    /** The process dies in the middle of the {@code n}-th write from now on, counted from 1. */
    public synchronized void crashWithinWrite(long n) {
        arm(Fault.CRASH_WITHIN, n, EnumSet.of(Operation.WRITE));
    }

    /** The {@code n}-th operation of these kinds from now on, counted from 1, fails; a write by then has written its half. */
    public synchronized void failAt(long n, Set<Operation> kinds) {
        arm(Fault.FAIL_ONCE, n, kinds);
    }

    /** As {@link #failAt}, and every later operation of these kinds fails too. */
    public synchronized void failFrom(long n, Set<Operation> kinds) {
        arm(Fault.FAIL_ON, n, kinds);
    }

    private void arm(Fault what, long n, Set<Operation> kinds) {
        if (n < 1) {
            throw new IllegalArgumentException("n must be at least 1, was " + n);
        }
        fault = what;
        faultIn = n;
        faultKinds = kinds;
        faultPoint = null;
    }

    /** Operations of these kinds do nothing and report success, as drives do that lie about their cache. */
    public synchronized void ignore(Set<Operation> kinds) {
        ignored = kinds;
    }

    /** Nothing that was set to happen happens any more, and there is space again. */
    public synchronized void heal() {
        fault = null;
        fillIn = 0;
        spaceMax = Long.MAX_VALUE;
    }

    /** The disk holds no more than this; a write that does not fit is done as far as it does, and fails. */
    public synchronized void limitSpace(long bytes) {
        spaceMax = bytes;
    }

    /**
     * From the {@code n}-th write on that takes space, counted from 1, there is none: that one finds room for half of it. What
     * is set free later can be taken again.
     */
    public synchronized void fillAt(long n) {
        fillIn = n;
    }

    /** The space taken, in whole blocks of 4 KiB: a hole takes none, nor does a name. */
    public synchronized long spaceUsed() {
        return spaceUsed;
    }

    /** The operation that crashed or failed first since that was asked for, or null when it has not come to it. */
    public synchronized @Nullable String faultPoint() {
        return faultPoint;
    }

    /** Whether the process died. */
    public synchronized boolean crashed() {
        return dead;
    }

    /** Whether a write failed for want of space. */
    public synchronized boolean full() {
        return full;
    }

    /** The disk that is left when the process dies now, if it has not yet: every write is there, but no lock. */
    public synchronized SimulatedDisk afterKill() {
        dead = true;
        return new SimulatedDisk(copy(root, new HashMap<>()), "after a kill");
    }

    /** A disk like this one, with nothing opened, locked or set to fail. */
    public synchronized SimulatedDisk copy() {
        return new SimulatedDisk(copy(root, new HashMap<>()), origin);
    }

    /**
     * The disks that may be left when the power fails now, or failed when the process died: all there are where these are
     * at most {@code limit}, else the one that lost all, the one that kept all, and a choice by {@code seed} of those that
     * lost or kept a single change, tore a single write, or took their chance with each sector.
     */
    public synchronized List<SimulatedDisk> afterPowerCut(long seed, int limit) {
        dead = true;
        return new PowerCut(root).outcomes(seed, limit);
    }

    private static Folder copy(Folder folder, Map<SimulatedNode, SimulatedNode> copies) {
        Folder copy = new Folder();
        copies.put(folder, copy);
        folder.names.forEach((name, node) -> copy.names.put(name, copy(node, copies)));
        folder.durable.forEach((name, node) -> copy.durable.put(name, copy(node, copies)));
        for (NameChange change : folder.pending) {
            Map<String, @Nullable SimulatedNode> effect = new HashMap<>();
            change.effect().forEach((name, node) -> effect.put(name, node == null ? null : copy(node, copies)));
            copy.pending.add(new NameChange(change.what(), effect));
        }
        return copy;
    }

    private static SimulatedNode copy(SimulatedNode node, Map<SimulatedNode, SimulatedNode> copies) {
        SimulatedNode known = copies.get(node);
        if (known != null) {
            return known;
        }
        if (node instanceof Folder folder) {
            return copy(folder, copies);
        }
        FileNode file = (FileNode) node;
        FileNode copy = new FileNode(file.contents.copy(), file.durable.copy());
        copy.pending.addAll(file.pending);
        copies.put(file, copy);
        return copy;
    }

    @Override
    public String toString() {
        return origin;
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void nothing() {}

    private void perform(Operation kind, Object what, Step whole) throws IOException {
        perform(kind, what::toString, whole, SimulatedDisk::nothing);
    }

    /**
     * Does an operation, or what a fault makes of it.
     *
     * @param what it is about
     * @param half what is done of it when it fails, or when the process dies within
     */
    private void perform(Operation kind, Supplier<String> what, Step whole, Step half) throws IOException {
        if (dead) {
            throw new SimulatedCrash("the process died" + (faultPoint == null ? "" : " at " + faultPoint));
        }
        counts.merge(kind, 1L, Long::sum);
        if (ignored.contains(kind)) {
            return;
        }
        Fault due = fault;
        if (due == null || !faultKinds.contains(kind) || --faultIn > 0) {
            whole.run();
            return;
        }
        String here = kind + " " + what.get();
        if (faultPoint == null) {
            faultPoint = here;
        }
        if (due != Fault.FAIL_ON) {
            fault = null;
        }
        if (due == Fault.CRASH_WITHIN && kind != Operation.WRITE) {
            whole.run();
        } else if (due != Fault.CRASH_BEFORE) {
            half.run();
        }
        if (due == Fault.FAIL_ONCE || due == Fault.FAIL_ON) {
            throw new IOException("Input/output error (simulated, " + here + ")");
        }
        dead = true;
        throw new SimulatedCrash("the process died at " + here);
    }

    private @Nullable SimulatedNode find(Path path) {
        SimulatedNode node = root;
        for (Path name : path.toAbsolutePath().normalize()) {
            node = node instanceof Folder folder ? folder.names.get(name.toString()) : null;
        }
        return node;
    }

    private Folder folder(@Nullable Path path) throws IOException {
        SimulatedNode node = path == null ? root : find(path);
        if (node instanceof Folder folder) {
            return folder;
        }
        throw node == null ? new NoSuchFileException(String.valueOf(path)) : new NotDirectoryException(path + "");
    }

    private Folder folderOf(Path file) throws IOException {
        return folder(file.toAbsolutePath().normalize().getParent());
    }

    private @Nullable FileNode file(Path path) throws IOException {
        SimulatedNode node = folderOf(path).names.get(name(path));
        if (node instanceof Folder) {
            throw new IOException(path + " is a folder");
        }
        return (FileNode) node;
    }

    private static String name(Path path) {
        return path.toAbsolutePath().normalize().getFileName().toString();
    }

    @Override
    public synchronized DiskFile open(Path path, Access access) throws IOException {
        perform(Operation.OPEN, path, SimulatedDisk::nothing);
        FileNode file = file(path);
        if (access == Access.CREATE) {
            file = create(path);
        } else if (file == null) {
            throw new NoSuchFileException(path.toString());
        }
        file.openHandles++;
        return new Handle(path, file, access != Access.READ);
    }

    private FileNode create(Path path) throws IOException {
        FileNode old = file(path);
        FileNode file = old == null ? new FileNode(new SparseBytes(), new SparseBytes()) : old;
        perform(Operation.CREATE, path, () -> {
            if (old == null) {
                file.links++;
                folderOf(path).change(new NameChange("create " + path, Map.of(name(path), file)));
            } else if (file.contents.size() > 0) {
                truncate(file, 0);
            }
        });
        return file;
    }

    private void truncate(FileNode file, long size) {
        long before = file.contents.allocatedBytes();
        file.truncate(size);
        spaceUsed += file.contents.allocatedBytes() - before;
    }

    private void releaseSpace(FileNode file) {
        if (file.links == 0 && file.openHandles == 0) {
            spaceUsed -= file.contents.allocatedBytes();
        }
    }

    @Override
    public synchronized boolean exists(Path path) throws IOException {
        perform(Operation.LIST, path, SimulatedDisk::nothing);
        return find(path) != null;
    }

    @Override
    public synchronized List<Path> list(Path path) throws IOException {
        perform(Operation.LIST, path, SimulatedDisk::nothing);
        List<Path> entries = new ArrayList<>();
        for (String name : folder(path).names.keySet()) {
            entries.add(path.resolve(name));
        }
        return entries;
    }

    @Override
    public synchronized void createFolders(Path path) throws IOException {
        Path folder = path.toAbsolutePath().normalize();
        if (folder.getParent() == null) {
            return;
        }
        createFolders(folder.getParent());
        SimulatedNode node = find(folder);
        if (node == null) {
            Folder parent = folderOf(folder);
            NameChange change = new NameChange("create " + folder, Map.of(name(folder), new Folder()));
            perform(Operation.CREATE, folder, () -> parent.change(change));
        } else if (!(node instanceof Folder)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        forceFolder(folder.getParent());
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        Folder folder = folderOf(from);
        if (folder != folderOf(to)) {
            throw new IllegalArgumentException("not in one folder: " + from + " and " + to);
        }
        FileNode file = file(from);
        if (file == null) {
            throw new NoSuchFileException(from.toString());
        }
        FileNode replaced = file(to);
        perform(
                Operation.RENAME,
                () -> from + " to " + to,
                () -> {
                    if (file == replaced) {
                        return;
                    }
                    Map<String, @Nullable SimulatedNode> effect = new HashMap<>();
                    effect.put(name(from), null);
                    effect.put(name(to), file);
                    folder.change(new NameChange("rename " + from + " to " + to, effect));
                    unlink(replaced);
                },
                SimulatedDisk::nothing);
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        FileNode file = file(path);
        if (file == null) {
            return;
        }
        perform(Operation.DELETE, path, () -> {
            Map<String, @Nullable SimulatedNode> effect = new HashMap<>();
            effect.put(name(path), null);
            folderOf(path).change(new NameChange("delete " + path, effect));
            unlink(file);
        });
    }

    private void unlink(@Nullable FileNode file) {
        if (file != null) {
            file.links--;
            releaseSpace(file);
        }
    }

    @Override
    public synchronized long freeBytes(Path path) throws IOException {
        perform(Operation.LIST, path, SimulatedDisk::nothing);
        return Math.max(0, spaceMax - spaceUsed);
    }

    @Override
    public synchronized void forceFolder(Path path) throws IOException {
        Folder folder = folder(path);
        perform(Operation.FORCE_FOLDER, path, folder::force);
    }

    @Override
    public synchronized Closeable lock(Path path) throws IOException {
        perform(Operation.OPEN, path, SimulatedDisk::nothing);
        FileNode known = file(path);
        return lock(known == null ? create(path) : known);
    }

    private Closeable lock(FileNode file) {
        if (!locked.add(file)) {
            throw new OverlappingFileLockException();
        }
        return () -> {
            synchronized (this) {
                locked.remove(file);
            }
        };
    }

    @Override
    public synchronized Closeable lockShared(Path path) throws IOException {
        perform(Operation.OPEN, path, SimulatedDisk::nothing);
        FileNode file = file(path);
        if (file == null) {
            throw new NoSuchFileException(path.toString());
        }
        return lock(file);
    }

    private final class Handle implements DiskFile {
        private final Path path;
        private final FileNode file;
        private final boolean writable;
        private boolean open = true;

        Handle(Path path, FileNode file, boolean writable) {
            this.path = path;
            this.file = file;
            this.writable = writable;
        }

        private void check(boolean writing) throws IOException {
            if (!open) {
                throw new ClosedChannelException();
            }
            if (writing && !writable) {
                throw new NonWritableChannelException();
            }
            if (Thread.currentThread().isInterrupted()) {
                close();
                throw new ClosedByInterruptException();
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (SimulatedDisk.this) {
                check(false);
                perform(Operation.READ, path, SimulatedDisk::nothing);
                return file.contents.size();
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                check(false);
                int length = (int) Math.max(0, Math.min(into.remaining(), file.contents.size() - position));
                perform(Operation.READ, path, SimulatedDisk::nothing);
                into.put(file.contents.read(position, length));
                return length;
            }
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                check(true);
                if (position < 0) {
                    throw new IllegalArgumentException("negative position: " + position);
                }
                byte[] bytes = new byte[from.remaining()];
                from.get(bytes);
                Step half = () -> write(position, Arrays.copyOf(bytes, bytes.length / 2));
                perform(
                        Operation.WRITE,
                        () -> path + " of " + bytes.length + " bytes at " + position,
                        () -> write(position, bytes),
                        half);
            }
        }

        private void write(long position, byte[] bytes) throws IOException {
            int missing = file.contents.missingBlocks(position, bytes.length);
            if (missing > 0 && fillIn > 0 && --fillIn == 0) {
                spaceMax = spaceUsed + (long) missing / 2 * SparseBytes.BLOCK_BYTES;
            }
            long blocksFree = Math.max(0, spaceMax - spaceUsed) / SparseBytes.BLOCK_BYTES;
            int fitting = file.contents.fitting(position, bytes.length, blocksFree);
            if (fitting > 0) {
                long before = file.contents.allocatedBytes();
                file.write(position, fitting == bytes.length ? bytes : Arrays.copyOf(bytes, fitting));
                spaceUsed += file.contents.allocatedBytes() - before;
            }
            if (fitting < bytes.length) {
                full = true;
                faultPoint = faultPoint == null ? "write of " + bytes.length + " bytes to the full disk" : faultPoint;
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (SimulatedDisk.this) {
                check(true);
                perform(Operation.TRUNCATE, path, () -> {
                    if (size < file.contents.size()) {
                        SimulatedDisk.this.truncate(file, size);
                    }
                });
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (SimulatedDisk.this) {
                check(false);
                perform(Operation.FORCE, path::toString, file::force, file::failForce);
            }
        }

        @Override
        public ByteBuffer map(long position, long length) throws IOException {
            synchronized (SimulatedDisk.this) {
                check(false);
                if (position < 0 || length < 0 || position + length > file.contents.size()) {
                    throw new IllegalArgumentException("not within the file of " + file.contents.size() + " bytes: "
                            + length + " bytes at " + position);
                }
                perform(Operation.MAP, path, SimulatedDisk::nothing);
                return file.map(position, Math.toIntExact(length));
            }
        }

        @Override
        public void close() {
            synchronized (SimulatedDisk.this) {
                if (open) {
                    open = false;
                    file.openHandles--;
                    releaseSpace(file);
                }
            }
        }
    }
}
