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
 * The subcommands: which there are, and the running of one.
 *
 * <p>An instance is for one thread.
 */
public final class Cli {

    /** What the command is called in help, documents and completion. */
    static final String NAME = "kvstore";

    private static final String HELP = "help";
    private static final int WIDTH = 100;

    /** Their names, in the order in which they are told. */
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

    /* A switch, and no map of constructors: each class is loaded when its line is run. */
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
            default -> throw CommandException.usage(Rows.printable(name) + " is no command; see --help");
        };
    }

    /** All of them below one, for help, documents and completion. */
    static CommandLine all(Shell shell) {
        CommandLine all = root();
        all.getCommandSpec().usageMessage().header("Commands for a server's keys, and for its data folders.");
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
                .description("this text")
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

    /** Runs the command that the first argument names, with the others; returns the exit code. */
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
                    : fail(ExitCode.FAILED, "standard output cannot be written: " + e.getMessage());
        } catch (IOException e) {
            return fail(
                    ExitCode.FAILED,
                    String.valueOf(CommandException.failed("", e).getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail(ExitCode.FAILED, "it was interrupted");
        } catch (OutOfMemoryError e) {
            return fail(ExitCode.FAILED, "memory ran out (" + e.getMessage() + "); start it with more: java -Xmx");
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

    /** Java reads arguments in the encoding of the locale, and what that does not know comes as this character. */
    private static void requireReadable(String[] arguments) {
        for (String argument : arguments) {
            if (argument.indexOf('\uFFFD') >= 0) {
                throw CommandException.usage("an argument has characters that this locale has not; set LC_ALL=C.UTF-8");
            }
        }
    }

    private int fail(int code, String message) {
        shell.say(message);
        return code;
    }
}
