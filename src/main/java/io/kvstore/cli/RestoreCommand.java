package io.kvstore.cli;

import io.kvstore.config.Setting;
import io.kvstore.disk.LocalDisk;
import io.kvstore.disk.MeteredDisk;
import io.kvstore.keyspace.Key;
import io.kvstore.keyspace.Keyspace;
import io.kvstore.keyspace.Value;
import io.kvstore.storage.StoreOptions;
import io.kvstore.storage.Stores;
import io.kvstore.store.CommitStore;
import io.kvstore.store.StorageMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "restore",
        header = "Creates a data folder from a snapshot",
        description = "Creates a data folder from a file that snapshot wrote, without a server. The snapshot is"
                + " verified completely before anything is written; a folder that contains a store is "
                + "rejected.",
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.USAGE_TEXT},
        footer = {
            "  kvstore restore backup data",
            "  kvstore restore --mode 3 backup data && java -jar kvstore.jar --mode 3 --store_path data"
        })
final class RestoreCommand implements Command {

    private static final List<StorageMode> MODES =
            List.of(StorageMode.PERSISTENT, StorageMode.CACHED, StorageMode.LOGGED);

    private final Shell shell;

    @Parameters(index = "0", paramLabel = "SNAPSHOT", description = "File that snapshot wrote")
    private Path snapshot = Path.of("");

    @Parameters(index = "1", paramLabel = "FOLDER", description = "Data folder, created if it does not exist")
    private Path folder = Path.of("");

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description =
                    "Storage mode: 1 persistent, 2 cached, 3 logged; 1 and 2 share one folder format (default: 1)")
    private String mode = "1";

    @Mixin
    private final OutputOptions output = new OutputOptions();

    RestoreCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public int run(Output out) throws IOException {
        StorageMode wanted = new Setting("--mode", mode)
                .oneOf(MODES, each -> Arrays.asList(Integer.toString(each.number()), each.label()));
        long bytes = Files.isRegularFile(snapshot) ? Files.size(snapshot) : 0;
        int readings = wanted == StorageMode.LOGGED ? 3 : 2;
        try (Progress progress = Progress.of(shell, "restore", Progress.Unit.BYTES, readings * bytes);
                CommitStore<Key, Value> store = Stores.open(StoreOptions.of(Keyspace.FORMAT)
                        .mode(wanted, folder)
                        .restore(snapshot)
                        .disk(new MeteredDisk(new LocalDisk(), progress::add)))) {
            Rows rows = output.rows(shell, out, "folder", "mode", "keys", "revision");
            rows.row(folder, wanted.label(), store.size(), store.revision());
            rows.flush();
        }
        return ExitCode.DONE;
    }
}
