package io.kvstore.cli;

import io.kvstore.access.AccessException;
import io.kvstore.client.ClientException;
import io.kvstore.config.BadFlagException;
import io.kvstore.store.StoreException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Runs the subcommands.
 *
 * <p>Not thread-safe.
 */
public final class Cli {

    /** The name of the program in help, documents and completion. */
    static final String NAME = "kvstore";

    private static final String HELP = "help";
    private static final int WIDTH = 100;

    /** The names of the subcommands, in the order of the help. */
    static final List<String> NAMES = List.of(
            "get",
            "put",
            "delete",
            "list",
            "count",
            "increment",
            "watch",
            "lock",
            "export",
            "import",
            "snapshot",
            "restore",
            "check",
            "compact",
            "bench",
            "token",
            "completion");

    private final Shell shell;

    public Cli(Shell shell) {
        this.shell = shell;
    }

    /* A switch rather than a map of constructors, so that only the class of the requested command is loaded. */
    private static Command command(String name, Shell shell) {
        return switch (name) {
            case "get" -> new GetCommand(shell);
            case "put" -> new PutCommand(shell);
            case "delete" -> new DeleteCommand(shell);
            case "list" -> new ListCommand(shell);
            case "count" -> new CountCommand(shell);
            case "increment" -> new IncrementCommand(shell);
            case "watch" -> new WatchCommand(shell);
            case "lock" -> new LockCommand(shell);
            case "export" -> new ExportCommand(shell);
            case "import" -> new ImportCommand(shell);
            case "snapshot" -> new SnapshotCommand(shell);
            case "restore" -> new RestoreCommand(shell);
            case "check" -> new CheckCommand(shell);
            case "compact" -> new CompactCommand(shell);
            case "bench" -> new BenchCommand(shell);
            case "token" -> new TokenCommand(shell, new SecureRandom(), InstantSource.system());
            case "completion" -> new CompletionCommand(shell);
            default -> throw CommandException.usage(Rows.printable(name) + " is not a command; see --help");
        };
    }

    /** Returns all subcommands below one root, for help, documents and completion. */
    static CommandLine all(Shell shell) {
        CommandLine all = root();
        all.getCommandSpec().usageMessage().header("Commands for the keys of a server and for its data folders.");
        for (String name : NAMES) {
            add(name, command(name, shell), all);
        }
        return all;
    }

    private static CommandLine root() {
        return new CommandLine(CommandSpec.create().name(NAME))
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static CommandLine add(String name, Command command, CommandLine root) {
        CommandLine line = new CommandLine(command);
        CommandSpec spec = line.getCommandSpec();
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help")
                .build());
        UsageMessageSpec usage = spec.usageMessage();
        usage.width(WIDTH)
                .abbreviateSynopsis(true)
                .synopsisHeading("Usage: ")
                .descriptionHeading("%n")
                .parameterListHeading("%nArguments:%n")
                .optionListHeading("%nOptions:%n")
                .exitCodeListHeading("%nExit codes:%n")
                .footerHeading("%nExamples:%n");
        root.addSubcommand(name, line);
        return line.setExpandAtFiles(false).setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** Runs the subcommand named by the first argument, passes it the other arguments, and returns its exit code. */
    public int run(String... arguments) {
        Output out = new Output(shell.out());
        try {
            int code = run(arguments, out);
            out.flush();
            return code;
        } catch (ParameterException | BadFlagException | IllegalArgumentException e) {
            return fail(ExitCode.USAGE, e.getMessage() + "; see --help");
        } catch (CommandException e) {
            return fail(e.exitCode(), String.valueOf(e.getMessage()));
        } catch (ClientException e) {
            return fail(ExitCode.of(e), String.valueOf(e.getMessage()));
        } catch (StoreException | AccessException e) {
            return fail(ExitCode.FAILED, String.valueOf(e.getMessage()));
        } catch (Output.WriteException e) {
            return e.isClosedPipe()
                    ? ExitCode.CLOSED_PIPE
                    : fail(ExitCode.FAILED, "cannot write to standard output: " + e.getMessage());
        } catch (IOException e) {
            return fail(
                    ExitCode.FAILED,
                    String.valueOf(CommandException.failed("", e).getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail(ExitCode.FAILED, "interrupted");
        } catch (OutOfMemoryError e) {
            return fail(ExitCode.FAILED, "out of memory (" + e.getMessage() + "); raise the limit with java -Xmx");
        }
    }

    private int run(String[] arguments, Output out) throws IOException, InterruptedException {
        String name = arguments[0];
        if (name.equals(HELP)) {
            out.text(help(arguments));
            return ExitCode.DONE;
        }
        Command command = command(name, shell);
        requireReadable(arguments);
        CommandLine root = root();
        CommandLine line = add(name, command, root);
        ParseResult read = root.parseArgs(arguments);
        if (read.subcommand().isUsageHelpRequested()) {
            out.text(line.getUsageMessage());
            return ExitCode.DONE;
        }
        return command.run(out);
    }

    private String help(String[] arguments) {
        if (arguments.length == 1) {
            return all(shell).getUsageMessage();
        }
        return add(arguments[1], command(arguments[1], shell), root()).getUsageMessage();
    }

    /**
     * Rejects arguments that Java could not decode. Java decodes arguments in the encoding of the locale and replaces
     * other bytes with U+FFFD.
     */
    private static void requireReadable(String[] arguments) {
        for (String argument : arguments) {
            if (argument.indexOf('\uFFFD') >= 0) {
                throw CommandException.usage(
                        "an argument has characters outside the encoding of this locale; set LC_ALL=C.UTF-8");
            }
        }
    }

    private int fail(int code, String message) {
        shell.say(message);
        return code;
    }
}
