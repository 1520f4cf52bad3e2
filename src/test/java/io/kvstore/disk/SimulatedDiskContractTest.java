package io.kvstore.disk;

import java.io.IOException;
import java.nio.file.Path;

/** The contract over the simulated disk, so that it may stand in for a real one. */
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
