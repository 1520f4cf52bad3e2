package io.kvstore.disk;

import java.io.IOException;
import java.nio.file.Path;

/** Runs the contract tests on the simulated disk, so that it can replace a real one in other tests. */
final class SimulatedDiskContractTest extends DiskTest {

    private final SimulatedDisk disk = new SimulatedDisk();

    @Override
    Disk disk() {
        return disk;
    }

    @Override
    Path emptyFolder() throws IOException {
        Path folder = Path.of("/data/store");
        disk.createFolders(folder);
        return folder;
    }
}
