package io.kvstore.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the contract tests on the local file system, and tests locks between processes. */
final class LocalDiskTest extends DiskTest {

    @TempDir
    private Path folder;

    @Override
    Disk disk() {
        return new LocalDisk();
    }

    @Override
    Path emptyFolder() {
        return folder;
    }

    /** A program that tries to take the lock, prints the result, and holds the lock until its input ends. */
    static final class LockHolder {
        public static void main(String[] arguments) throws IOException {
            Closeable lock;
            try {
                lock = new LocalDisk().lock(Path.of(arguments[0]));
            } catch (OverlappingFileLockException e) {
                System.out.println("refused");
                return;
            }
            System.out.println("held");
            System.in.readAllBytes();
            lock.close();
        }
    }

    private static Process holder(Path lock) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        lock.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String firstLine(Process process) throws IOException {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    @Test
    void lock_excludesAnotherProcess() throws IOException, InterruptedException {
        Path path = folder.resolve("lock");
        try (Closeable lock = new LocalDisk().lock(path)) {
            assertThat(lock).isNotNull();
            Process refused = holder(path);
            try {
                assertThat(firstLine(refused)).isEqualTo("refused");
            } finally {
                refused.destroyForcibly();
            }
        }
    }

    @Test
    void lock_isReleasedWhenItsProcessEnds() throws IOException, InterruptedException {
        Path path = folder.resolve("lock");
        Process holder = holder(path);
        try {
            assertThat(firstLine(holder)).isEqualTo("held");
            assertThatThrownBy(() -> new LocalDisk().lock(path)).isInstanceOf(OverlappingFileLockException.class);
        } finally {
            holder.destroyForcibly();
        }
        assertThat(holder.waitFor(60, TimeUnit.SECONDS)).isTrue();
        new LocalDisk().lock(path).close();
    }

    @Test
    void newFilesAndFolders_areAccessibleOnlyByTheirOwner() throws IOException {
        Assumptions.assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "the file system has no modes");
        Path parent = folder.resolve("parent");
        Path child = parent.resolve("child");
        disk().createFolders(child);
        Path file = child.resolve("file");
        Path lock = child.resolve("LOCK");
        disk().open(file, Disk.Access.CREATE).close();
        disk().lock(lock).close();
        assertThat(mode(parent)).isEqualTo("rwx------");
        assertThat(mode(child)).isEqualTo("rwx------");
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(mode(lock)).isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        disk().open(file, Disk.Access.CREATE).close();
        assertThat(mode(file)).as("the mode that an operator gave to a file").isEqualTo("rw-r-----");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
