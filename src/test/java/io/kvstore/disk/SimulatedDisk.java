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
 * A disk in memory for crash tests. On request, its operations fail, its space runs out, and a power cut loses what was
 * not forced.
 *
 * <p><b>What a power cut may leave</b> ({@link #afterPowerCut}). Each file and each folder keeps or loses changes that
 * were not forced, independently of the others:
 *
 * <ul>
 *   <li>A file has the contents of its last force, except that any of its 512-byte sectors may have the contents that
 *       it had after any later write to it. So a write may be lost, kept, torn, or kept although an earlier one is
 *       lost. A sector itself is never torn: drives guarantee that.
 *   <li>The size may be that of the last force or any later one, whether or not the bytes were written. Bytes that were
 *       not written read as zero, and a truncation may be undone.
 *   <li>The names of a folder are those of its last force, plus any of the later changes. A change of a name requires
 *       the earlier changes of the same name: a file that was not created is not renamed. A rename happens as a whole
 *       or not at all. Changes of different names may be kept in any order; journalling file systems preserve the
 *       order, but others may not.
 *   <li>A forced file whose name was not forced may be missing. A forced name may refer to an empty file.
 * </ul>
 *
 * <p>{@link #afterKill} keeps all changes, but what was not durable is still not durable: only the process died.
 *
 * <p><b>A failed force</b> leaves the bytes readable, but marks them clean, as Linux does: no later force makes them
 * durable unless they are written again.
 *
 * <p>Folders cannot be deleted or renamed, and there are no links or permissions. As with a real channel, interrupting
 * a thread that reads or writes a file closes the file.
 */
public final class SimulatedDisk implements Disk {

    /** The operations that are counted and can be made to fail. */
    public enum Operation {
        OPEN,
        /** Creating a file or a folder, or truncating a file by opening it. */
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

        /** The operations that change what a power cut may leave. */
        public static final Set<Operation> CHANGES =
                Collections.unmodifiableSet(EnumSet.of(CREATE, WRITE, TRUNCATE, FORCE, RENAME, DELETE, FORCE_FOLDER));

        /** The operations that change nothing. */
        public static final Set<Operation> READS =
                Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.copyOf(CHANGES)));

        /** All operations. */
        public static final Set<Operation> ALL = Collections.unmodifiableSet(EnumSet.allOf(Operation.class));
    }

    private enum Fault {
        FAIL_ONCE,
        FAIL_ALWAYS,
        CRASH_BEFORE,
        CRASH_WITHIN
    }

    private final Folder root;
    private final String origin;
    private final Set<FileNode> locked = new HashSet<>();
    private final EnumMap<Operation, Long> counts = new EnumMap<>(Operation.class);
    private long spaceUsed;
    private long spaceMax = Long.MAX_VALUE;
    private long allocatingWritesUntilFull;
    private @Nullable Fault fault;
    private Set<Operation> faultKinds = Set.of();
    private long operationsUntilFault;
    private @Nullable String faultPoint;
    private Set<Operation> ignored = Set.of();
    private boolean full;
    private boolean crashed;

    /** Creates an empty disk. */
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

    /** Returns the number of operations of these kinds so far. */
    public synchronized long operations(Set<Operation> kinds) {
        return kinds.stream().mapToLong(kind -> counts.getOrDefault(kind, 0L)).sum();
    }

    /** Makes the process crash before the {@code n}-th change from now, counted from 1. */
    public synchronized void crashAt(long n) {
        arm(Fault.CRASH_BEFORE, n, Operation.CHANGES);
    }

    /**
     * Makes the process crash during the {@code n}-th change from now, counted from 1: in the middle of a write, or
     * after any other change but before it returns.
     */
    public synchronized void crashWithin(long n) {
        arm(Fault.CRASH_WITHIN, n, Operation.CHANGES);
    }

    /** Makes the process crash in the middle of the {@code n}-th write from now, counted from 1. */
    public synchronized void crashWithinWrite(long n) {
        arm(Fault.CRASH_WITHIN, n, EnumSet.of(Operation.WRITE));
    }

    /**
     * Makes the {@code n}-th operation of these kinds from now, counted from 1, fail. A write that fails has written
     * half of its bytes.
     */
    public synchronized void failAt(long n, Set<Operation> kinds) {
        arm(Fault.FAIL_ONCE, n, kinds);
    }

    /** Like {@link #failAt}, but every later operation of these kinds fails too. */
    public synchronized void failFrom(long n, Set<Operation> kinds) {
        arm(Fault.FAIL_ALWAYS, n, kinds);
    }

    private void arm(Fault kind, long n, Set<Operation> kinds) {
        if (n < 1) {
            throw new IllegalArgumentException("n must be at least 1, was " + n);
        }
        fault = kind;
        operationsUntilFault = n;
        faultKinds = kinds;
        faultPoint = null;
    }

    /**
     * Makes operations of these kinds do nothing and report success, like drives that acknowledge a flush without doing
     * it.
     */
    public synchronized void ignore(Set<Operation> kinds) {
        ignored = kinds;
    }

    /** Cancels all pending faults and removes the space limit. */
    public synchronized void heal() {
        fault = null;
        allocatingWritesUntilFull = 0;
        spaceMax = Long.MAX_VALUE;
    }

    /** Limits the space of the disk. A write that does not fit writes as much as fits, and fails. */
    public synchronized void limitSpace(long bytes) {
        spaceMax = bytes;
    }

    /**
     * Fills the disk at the {@code n}-th write from now that allocates space, counted from 1: half of that write fits.
     * Space that is freed later can be used again.
     */
    public synchronized void fillAt(long n) {
        allocatingWritesUntilFull = n;
    }

    /** Returns the used space in bytes, in whole blocks of 4 KiB. Holes and names take no space. */
    public synchronized long spaceUsed() {
        return spaceUsed;
    }

    /**
     * Returns the operation that was the first to crash or fail since a fault was last set, or null if there was none.
     */
    public synchronized @Nullable String faultPoint() {
        return faultPoint;
    }

    /** Returns whether the process crashed. */
    public synchronized boolean crashed() {
        return crashed;
    }

    /** Returns whether a write failed because the disk was full. */
    public synchronized boolean full() {
        return full;
    }

    /**
     * Kills the process unless it has already crashed, and returns the disk that it leaves, which has all writes but no
     * locks.
     */
    public synchronized SimulatedDisk afterKill() {
        crashed = true;
        return new SimulatedDisk(copy(root, new HashMap<>()), "after a kill");
    }

    /** Returns a copy of this disk, without open files, locks and faults. */
    public synchronized SimulatedDisk copy() {
        return new SimulatedDisk(copy(root, new HashMap<>()), origin);
    }

    /**
     * Cuts the power now, or at the moment of an earlier crash, and returns disks that this may leave. If there are at
     * most {@code limit} possible disks, all are returned. Otherwise the result contains the disk that lost all pending
     * changes, the one that kept all, and a selection by {@code seed} of disks that lost or kept a single change, tore
     * a single write, or kept random changes and sectors.
     */
    public synchronized List<SimulatedDisk> afterPowerCut(long seed, int limit) {
        crashed = true;
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

    private static void doNothing() {}

    private void perform(Operation kind, Object target, Step whole) throws IOException {
        perform(kind, target::toString, whole, SimulatedDisk::doNothing);
    }

    /**
     * Performs an operation, or the fault that is due.
     *
     * @param target what the operation applies to, for messages
     * @param whole performs the whole operation
     * @param half performs the part of it that is done if it fails or the process crashes during it
     */
    private void perform(Operation kind, Supplier<String> target, Step whole, Step half) throws IOException {
        if (crashed) {
            throw new SimulatedCrash("the process crashed" + (faultPoint == null ? "" : " at " + faultPoint));
        }
        counts.merge(kind, 1L, Long::sum);
        if (ignored.contains(kind)) {
            return;
        }
        Fault due = fault;
        if (due == null || !faultKinds.contains(kind) || --operationsUntilFault > 0) {
            whole.run();
            return;
        }
        String here = kind + " " + target.get();
        if (faultPoint == null) {
            faultPoint = here;
        }
        if (due != Fault.FAIL_ALWAYS) {
            fault = null;
        }
        if (due == Fault.CRASH_WITHIN && kind != Operation.WRITE) {
            whole.run();
        } else if (due != Fault.CRASH_BEFORE) {
            half.run();
        }
        if (due == Fault.FAIL_ONCE || due == Fault.FAIL_ALWAYS) {
            throw new IOException("Input/output error (simulated, " + here + ")");
        }
        crashed = true;
        throw new SimulatedCrash("the process crashed at " + here);
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
        perform(Operation.OPEN, path, SimulatedDisk::doNothing);
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
        perform(Operation.LIST, path, SimulatedDisk::doNothing);
        return find(path) != null;
    }

    @Override
    public synchronized List<Path> list(Path path) throws IOException {
        perform(Operation.LIST, path, SimulatedDisk::doNothing);
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
            throw new IllegalArgumentException("not in the same folder: " + from + " and " + to);
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
                SimulatedDisk::doNothing);
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
        perform(Operation.LIST, path, SimulatedDisk::doNothing);
        return Math.max(0, spaceMax - spaceUsed);
    }

    @Override
    public synchronized void forceFolder(Path path) throws IOException {
        Folder folder = folder(path);
        perform(Operation.FORCE_FOLDER, path, folder::force);
    }

    @Override
    public synchronized Closeable lock(Path path) throws IOException {
        perform(Operation.OPEN, path, SimulatedDisk::doNothing);
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
        perform(Operation.OPEN, path, SimulatedDisk::doNothing);
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
                perform(Operation.READ, path, SimulatedDisk::doNothing);
                return file.contents.size();
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                check(false);
                int length = (int) Math.max(0, Math.min(into.remaining(), file.contents.size() - position));
                perform(Operation.READ, path, SimulatedDisk::doNothing);
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
            if (missing > 0 && allocatingWritesUntilFull > 0 && --allocatingWritesUntilFull == 0) {
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
                    throw new IllegalArgumentException("outside the file of " + file.contents.size() + " bytes: "
                            + length + " bytes at " + position);
                }
                perform(Operation.MAP, path, SimulatedDisk::doNothing);
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
