package io.kvstore;

import io.kvstore.cli.Cli;
import io.kvstore.cli.Shell;
import io.kvstore.config.BadFlagException;
import io.kvstore.config.CommandLineFlags;
import io.kvstore.config.ServerConfig;
import io.kvstore.server.Server;
import io.kvstore.server.StartException;
import io.kvstore.store.StorageMode;
import io.kvstore.store.StoreException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The {@code kvstore} command: runs a server, or a subcommand of {@link Cli}. */
public final class Main {

    /** The command succeeded, or the server was stopped by a signal. */
    static final int OK = 0;

    /** The server could not start, or could not close its store. */
    static final int FAILED = 1;

    /** The command line or an environment variable is invalid. */
    static final int USAGE = 2;

    private static final String LOG_FORMAT = "%1$tFT%1$tT.%1$tL%1$tz %4$s %5$s%6$s%n";

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    Main(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** Runs the command and ends the process. */
    public static void main(String[] args) {
        if (System.getProperty("java.util.logging.SimpleFormatter.format") == null) {
            System.setProperty("java.util.logging.SimpleFormatter.format", LOG_FORMAT);
        }
        Thread.setDefaultUncaughtExceptionHandler(new OutOfMemory(System.err));
        if (args.length > 0 && !args[0].startsWith("-")) {
            int code = new Cli(Shell.ofProcess()).run(args);
            // System.exit waits up to 300 ms for threads in native code, such as the selector of the HTTP client. An
            // interrupt ends that thread at once.
            Thread.currentThread().getThreadGroup().interrupt();
            System.exit(code);
        }
        if (System.getProperty("java.util.logging.config.file") == null) {
            Logger.getLogger("").setLevel(Level.WARNING); // HTTP server providers may log a lot below it
        }
        System.exit(new Main(System.getenv(), System.out, System.err).run(args));
    }

    /** Runs the server until it is stopped and returns the exit code. A failure prints one line on standard error. */
    int run(String... args) {
        long startNanos = System.nanoTime();
        CommandSpec command = CommandSpec.create().name("kvstore");
        command.addOption(OptionSpec.builder("-h", "--help").build());
        command.addOption(OptionSpec.builder("-V", "--version").build());
        CommandLineFlags.addTo(command);
        try {
            ParseResult commandLine =
                    new CommandLine(command).setExpandAtFiles(false).parseArgs(args);
            if (commandLine.hasMatchedOption("--help")) {
                out.print(help());
                return OK;
            }
            if (commandLine.hasMatchedOption("--version")) {
                out.println("kvstore " + version());
                return OK;
            }
            ServerConfig config = CommandLineFlags.read(commandLine, environment);
            CommandLineFlags.warnings(commandLine, environment).forEach(warning -> print("warning: " + warning));
            return serve(config, startNanos);
        } catch (ParameterException | BadFlagException e) {
            print(e.getMessage() + "; see --help");
            return USAGE;
        } catch (StartException | StoreException e) {
            print(String.valueOf(e.getMessage()));
            return FAILED;
        } catch (OutOfMemoryError e) {
            print("out of memory (" + e.getMessage() + "); raise the limit with java -Xmx");
            return FAILED;
        }
    }

    private int serve(ServerConfig config, long startNanos) {
        HangUpSignal.ignore();
        Server server = Server.builder(config).listen();
        AtomicBoolean failed = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, failed), "stop"));
        try {
            boolean authenticatesClients = config.authFile() != null
                    || (config.tls() != null && config.tls().clientCa() != null);
            if (!server.isLoopback() && !authenticatesClients) {
                print("warning: --host " + config.host() + " is not loopback and authentication is off:"
                        + " anyone who can reach this address can read and modify all keys");
            }
            server.open();
            out.println(startLine(config, server, (System.nanoTime() - startNanos) / 1_000_000));
            out.flush();
            server.awaitStop();
            return OK;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        } catch (RuntimeException | Error e) {
            failed.set(true);
            throw e;
        } finally {
            server.close();
        }
    }

    /**
     * Closes the server on SIGTERM or SIGINT. Halts the process with {@link #OK}, because the JVM would exit with the code of
     * the signal and a requested shutdown is not a failure.
     */
    private static void stop(Server server, AtomicBoolean failed) {
        if (failed.get()) {
            return;
        }
        int code = OK;
        try {
            server.close();
        } catch (RuntimeException e) {
            System.getLogger(Main.class.getName()).log(System.Logger.Level.ERROR, "the store could not be closed", e);
            code = FAILED;
        }
        Runtime.getRuntime().halt(code);
    }

    private static String startLine(ServerConfig config, Server server, long millis) {
        StorageMode mode = config.mode();
        String folder = config.storePath() == null ? "nothing on disk" : "folder " + config.storePath();
        return "kvstore " + version() + ": mode " + mode.number() + " (" + mode.label() + "), " + folder
                + ", listening on " + server.address() + ", ready in " + millis + " ms";
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static String help() {
        return String.join(
                System.lineSeparator(),
                List.of(
                        "Usage: java -jar kvstore.jar [flags]",
                        "       java -jar kvstore.jar COMMAND [arguments]",
                        "",
                        "A key-value server over HTTP: PUT, GET and DELETE /keys/{key}; GET /keys lists all keys.",
                        "The commands use a running server or a data folder. \"help\" lists them; \"help get\" describes get.",
                        "",
                        "Flags:",
                        CommandLineFlags.help().stripTrailing(),
                        "  -h, --help                  Print this help",
                        "  -V, --version               Print the version",
                        "",
                        "Flags may also be written --store-path or -store_path, or set by an environment variable such as",
                        "KVSTORE_STORE_PATH; the command line takes precedence. Sizes accept the suffixes k, m and g; times",
                        "need a unit: ms, s, m, h or d.",
                        "",
                        "Examples:",
                        "  java -jar kvstore.jar",
                        "  java -jar kvstore.jar --mode 1 --store_path data",
                        "  java -jar kvstore.jar token --name app --allow app/:rw",
                        "  java -jar kvstore.jar --mode cached --store_path data --cache_capacity 10000 --port 9000",
                        "  curl -X PUT --data-binary 'hello' http://127.0.0.1:8080/keys/greeting",
                        "  curl http://127.0.0.1:8080/keys/greeting",
                        ""));
    }

    private void print(String line) {
        Shell.say(line, err);
    }
}
