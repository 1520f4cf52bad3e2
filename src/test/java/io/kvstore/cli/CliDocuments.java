package io.kvstore.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Generates the documents of the commands from their picocli annotations: a Markdown page and a manual page for each.
 */
final class CliDocuments {

    private static final String MARKDOWN = "docs/cli.md";
    private static final String MANUALS = "docs/man/";

    private static final Map<String, String> SHARED = new LinkedHashMap<>();

    static {
        SHARED.put("server", "Server connection");
        SHARED.put("keys", "Key filters");
        SHARED.put("output", "Output");
    }

    private final CommandSpec root = Cli.all(new Captured().shell()).getCommandSpec();

    /** Returns the content of each file by its path. */
    Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        files.put(MARKDOWN, markdown());
        files.put(MANUALS + "kvstore.1", manual());
        for (CommandSpec command : commands()) {
            files.put(MANUALS + "kvstore-" + command.name() + ".1", manual(command));
        }
        return files;
    }

    private List<CommandSpec> commands() {
        return root.subcommands().values().stream()
                .map(line -> line.getCommandSpec())
                .toList();
    }

    // Shared by both formats

    private static String text(String... lines) {
        return String.join(" ", lines).replace("%%", "%");
    }

    private static String synopsis(CommandSpec command) {
        StringBuilder synopsis = new StringBuilder("kvstore " + command.name() + " [OPTIONS]");
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            boolean many = parameter.arity().max() > 1 || parameter.index().isVariable();
            String label = parameter.paramLabel() + (many ? "..." : "");
            boolean rest = command.name().equals("lock") && many;
            synopsis.append(parameter.required() ? " " + (rest ? "-- " : "") + label : " [" + label + "]");
        }
        return synopsis.toString();
    }

    private static Set<String> sharedBy(CommandSpec command) {
        Set<String> shared = new LinkedHashSet<>(SHARED.keySet());
        shared.retainAll(command.mixins().keySet());
        return shared;
    }

    private static List<OptionSpec> own(CommandSpec command) {
        Set<OptionSpec> own = new LinkedHashSet<>(command.options());
        command.mixins().values().forEach(mixin -> own.removeIf(option -> has(mixin.options(), option)));
        return List.copyOf(own);
    }

    private static boolean has(Collection<OptionSpec> options, OptionSpec option) {
        return options.stream().anyMatch(each -> each.longestName().equals(option.longestName()));
    }

    private static String names(OptionSpec option) {
        List<String> names = Arrays.stream(option.names())
                .filter(name -> name.startsWith("--") ? !name.equals("--auth-file") : name.length() == 2)
                .toList();
        return String.join(", ", names) + (option.arity().max() == 0 ? "" : " " + option.paramLabel());
    }

    // Markdown

    private String markdown() {
        List<String> lines = new ArrayList<>(List.of(
                "# The command line",
                "",
                "<!-- Generated from the help of the commands; the comment of CliDocumentsTest describes how to regenerate it. -->",
                "",
                "`kvstore` is `bin/kvstore` or `java -jar kvstore.jar`. Without a command it starts the server;"
                        + " [flags.md](flags.md) lists the flags of the server.",
                "A command writes its result, and nothing else, to standard output, and messages to standard error, one line"
                        + " each. If the reader closes the pipe, as in `kvstore list | head -1`, the command ends silently with"
                        + " exit code 141.",
                "",
                "| command | |",
                "|---|---|"));
        for (CommandSpec command : commands()) {
            lines.add("| [`" + command.name() + "`](#" + command.name() + ") | "
                    + text(command.usageMessage().header()).toLowerCase(Locale.ROOT) + " |");
        }
        lines.addAll(List.of("", "`kvstore help COMMAND` prints the same text.", "", "## Shared options"));
        SHARED.forEach((name, title) -> {
            lines.addAll(List.of("", title + ":", ""));
            CommandSpec with = commands().stream()
                    .filter(each -> each.mixins().containsKey(name))
                    .findFirst()
                    .orElseThrow();
            addTable(with.mixins().get(name).options(), lines);
        });
        for (CommandSpec command : commands()) {
            add(command, lines);
        }
        return String.join("\n", lines) + "\n";
    }

    private static void add(CommandSpec command, List<String> lines) {
        lines.addAll(List.of("", "## " + command.name(), "", "    " + synopsis(command), ""));
        for (String paragraph : command.usageMessage().description()) {
            lines.addAll(List.of(text(paragraph), ""));
        }
        lines.addAll(List.of("| | |", "|---|---|"));
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            lines.add(row(parameter.paramLabel(), parameter));
        }
        for (OptionSpec option : own(command)) {
            lines.add(row(names(option), option));
        }
        Set<String> shared = sharedBy(command);
        if (!shared.isEmpty()) {
            List<String> titles = shared.stream()
                    .map(name -> SHARED.get(name).toLowerCase(Locale.ROOT))
                    .toList();
            lines.addAll(List.of("", "Shared options: " + String.join("; ", titles) + "."));
        }
        lines.addAll(List.of("", "| exit code | |", "|---|---|"));
        command.usageMessage()
                .exitCodeList()
                .forEach((code, meaning) -> lines.add("| " + code.strip() + " | " + text(meaning) + " |"));
        lines.addAll(List.of("", "```sh"));
        for (String example : command.usageMessage().footer()) {
            lines.add(text(example).strip());
        }
        lines.add("```");
    }

    private static void addTable(List<OptionSpec> options, List<String> lines) {
        lines.addAll(List.of("| | |", "|---|---|"));
        for (OptionSpec option : options) {
            lines.add(row(names(option), option));
        }
    }

    private static String row(String name, ArgSpec argument) {
        return "| `" + name + "` | " + text(argument.description()).replace("|", "\\|") + " |";
    }

    // Manual pages

    private static String roff(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq");
        return escaped.startsWith(".") ? "\\&" + escaped : escaped;
    }

    private static List<String> title(String name, String purpose) {
        return new ArrayList<>(List.of(
                ".TH " + name.toUpperCase(Locale.ROOT) + " 1 \"\" KVStore \"KVStore manual\"",
                ".SH NAME",
                roff(name) + " \\- " + roff(purpose)));
    }

    private String manual() {
        List<String> lines = title("kvstore", "a key-value server with an HTTP API, and its commands");
        lines.addAll(List.of(
                ".SH SYNOPSIS",
                ".B kvstore",
                "[FLAGS]",
                ".br",
                ".B kvstore",
                "COMMAND [OPTIONS] [ARGUMENTS]",
                ".SH DESCRIPTION",
                "Without a command it starts the server; its flags are listed by",
                ".BR \"kvstore \\-\\-help\" .",
                ".SH COMMANDS"));
        for (CommandSpec command : commands()) {
            lines.addAll(List.of(
                    ".TP",
                    ".BR kvstore\\-" + command.name() + " (1)",
                    roff(text(command.usageMessage().header()))));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String manual(CommandSpec command) {
        String purpose = text(command.usageMessage().header());
        List<String> lines = title("kvstore-" + command.name(), purpose.toLowerCase(Locale.ROOT));
        lines.addAll(List.of(".SH SYNOPSIS", ".B " + roff(synopsis(command)), ".SH DESCRIPTION"));
        for (String paragraph : command.usageMessage().description()) {
            lines.addAll(List.of(".PP", roff(text(paragraph))));
        }
        lines.add(".SH OPTIONS");
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            lines.addAll(List.of(".TP", ".I " + parameter.paramLabel(), roff(text(parameter.description()))));
        }
        for (OptionSpec option : command.options()) {
            lines.addAll(List.of(".TP", ".B " + roff(names(option)), roff(text(option.description()))));
        }
        lines.add(".SH EXIT STATUS");
        command.usageMessage()
                .exitCodeList()
                .forEach((code, meaning) -> lines.addAll(List.of(".TP", ".B " + code.strip(), roff(text(meaning)))));
        lines.addAll(List.of(".SH EXAMPLES", ".nf"));
        for (String example : command.usageMessage().footer()) {
            lines.add(roff(text(example).strip()));
        }
        lines.addAll(List.of(".fi", ".SH SEE ALSO", ".BR kvstore (1)"));
        return String.join("\n", lines) + "\n";
    }
}
