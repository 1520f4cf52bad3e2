package io.kvstore.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The server's flags on the command line, with environment variables as fallback. */
public final class CommandLineFlags {

    private static final int DESCRIPTION_COLUMN = 30;
    private static final int LINE_MAX = 110;

    private CommandLineFlags() {}

    /** Adds every flag to a command, in all its spellings. */
    public static void addTo(CommandSpec command) {
        for (Flag flag : Flag.values()) {
            command.addOption(OptionSpec.builder(flag.spellings().toArray(String[]::new))
                    .type(String.class)
                    .paramLabel(flag.label())
                    .description(flag.description())
                    .build());
        }
    }

    /**
     * Reads the configuration from a command line; flags that it does not set are read from the environment.
     *
     * @throws BadFlagException if a value is invalid
     */
    public static ServerConfig read(ParseResult commandLine, Map<String, String> environment) {
        return ServerConfig.of(flag -> setting(flag, commandLine, environment));
    }

    /** Returns one sentence for each value that is set but has no effect. */
    public static List<String> warnings(ParseResult commandLine, Map<String, String> environment) {
        List<String> warnings = new ArrayList<>();
        String port = Flag.PORT.variable();
        if (EnvironmentVariable.isSetByPlatform(environment, port) && !commandLine.hasMatchedOption(Flag.PORT.flag())) {
            warnings.add(port + " is ignored: its value " + environment.get(port)
                    + " is the address of a service, as Kubernetes and container links set it; " + Flag.PORT.flag()
                    + " is " + Flag.PORT.shownDefault());
        }
        ServerConfig config = read(commandLine, environment);
        Setting folder = setting(Flag.STORE_PATH, commandLine, environment);
        if (config.storePath() == null && folder != null && !folder.text().isEmpty()) {
            warnings.add(folder.name() + " is ignored: mode 0 keeps all data in memory and loses it on shutdown");
        }
        return warnings;
    }

    private static @Nullable Setting setting(Flag flag, ParseResult commandLine, Map<String, String> environment) {
        String argument = commandLine.matchedOptionValue(flag.flag(), null);
        if (argument != null) {
            return new Setting(flag.flag(), argument);
        }
        String variable = EnvironmentVariable.value(environment, flag.variable());
        return variable == null ? null : new Setting(flag.variable(), variable);
    }

    /** Returns the help of all flags: name, description and default of each, wrapped to {@value #LINE_MAX} columns. */
    public static String help() {
        StringBuilder help = new StringBuilder(4_000);
        for (Flag flag : Flag.values()) {
            String name = "  " + flag.flag() + " " + flag.label();
            List<String> words = new ArrayList<>(List.of(flag.description().split(" ")));
            words.add("(default: " + flag.shownDefault() + ")");
            StringBuilder line = new StringBuilder(name);
            line.append(" ".repeat(Math.max(0, DESCRIPTION_COLUMN - 1 - name.length())));
            for (String word : words) {
                if (line.length() + 1 + word.length() > LINE_MAX) {
                    help.append(line).append(System.lineSeparator());
                    line = new StringBuilder(" ".repeat(DESCRIPTION_COLUMN - 1));
                }
                line.append(' ').append(word);
            }
            help.append(line).append(System.lineSeparator());
        }
        return help.toString();
    }
}
