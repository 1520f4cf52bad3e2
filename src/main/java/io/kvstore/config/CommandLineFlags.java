package io.kvstore.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The flags of the server as the command line takes them, with the environment behind it. */
public final class CommandLineFlags {

    private static final int MEANING_AT = 30;

    private CommandLineFlags() {}

    /** Makes a command take the flags, in every spelling. */
    public static void addTo(CommandSpec command) {
        for (Flag flag : Flag.values()) {
            command.addOption(OptionSpec.builder(flag.spellings().toArray(String[]::new))
                    .type(String.class)
                    .paramLabel(flag.label())
                    .description(flag.meaning())
                    .build());
        }
    }

    /**
     * What a command line says, and the environment where it says nothing.
     *
     * @throws BadFlagException when a value is out of its range
     */
    public static ServerConfig read(ParseResult commandLine, Map<String, String> environment) {
        return ServerConfig.of(flag -> setting(flag, commandLine, environment));
    }

    /** A sentence for each value that was given and is of no use with the others. */
    public static List<String> warnings(ParseResult commandLine, Map<String, String> environment) {
        List<String> warnings = new ArrayList<>();
        ServerConfig config = read(commandLine, environment);
        Setting folder = setting(Flag.STORE_PATH, commandLine, environment);
        if (config.storePath() == null && folder != null && !folder.text().isEmpty()) {
            warnings.add(folder.name() + " is ignored: mode 0 keeps everything in memory, and nothing after a stop");
        }
        return warnings;
    }

    private static @Nullable Setting setting(Flag flag, ParseResult commandLine, Map<String, String> environment) {
        String written = commandLine.matchedOptionValue(flag.flag(), null);
        if (written != null) {
            return new Setting(flag.flag(), written);
        }
        String variable = environment.get(flag.variable());
        return variable == null ? null : new Setting(flag.variable(), variable);
    }

    /** A line or two for each flag: name, meaning, default. */
    public static String help() {
        StringBuilder help = new StringBuilder(2_000);
        for (Flag flag : Flag.values()) {
            String head = "  " + flag.flag() + " " + flag.label();
            help.append(head).append(" ".repeat(Math.max(1, MEANING_AT - head.length())));
            if (head.length() >= MEANING_AT) {
                help.append(System.lineSeparator()).append(" ".repeat(MEANING_AT));
            }
            help.append(flag.meaning());
            String defaultValue = flag.defaultValue().isEmpty() ? "none" : flag.defaultValue();
            help.append(" (default ").append(defaultValue).append(")").append(System.lineSeparator());
        }
        return help.toString();
    }
}
