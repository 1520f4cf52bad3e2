package io.kvstore;

import io.kvstore.access.AccessException;
import io.kvstore.access.Rule;
import io.kvstore.access.TokenFile;
import io.kvstore.access.TokenLine;
import io.kvstore.config.Setting;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code token}: draws a token, draws a key, or signs a token with a key. What is secret is printed once and kept nowhere. */
final class TokenCommand {

    static final String NAME = "token";

    private static final String AUTH_FILE = "--auth_file";
    private static final Duration EXPIRES_MIN = Duration.ofSeconds(1);
    private static final Duration EXPIRES_MAX = Duration.ofDays(3_650);

    private final CommandSpec spec;
    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;
    private final SecureRandom random;
    private final InstantSource clock;

    TokenCommand(
            PrintStream out,
            PrintStream err,
            Map<String, String> environment,
            SecureRandom random,
            InstantSource clock) {
        this.out = out;
        this.err = err;
        this.environment = environment;
        this.random = random;
        this.clock = clock;
        this.spec = CommandSpec.create().name(NAME);
        for (String flag : List.of("--key", "--sign", "--read", "--write")) {
            spec.addOption(OptionSpec.builder(flag).build());
        }
        spec.addOption(OptionSpec.builder("-h", "--help").build());
        spec.addOption(text("--name"));
        spec.addOption(text("--expires"));
        spec.addOption(text(AUTH_FILE, "--auth-file", "-auth_file", "-auth-file"));
        spec.addOption(texts("--allow"));
        spec.addOption(texts("--prefix"));
    }

    private static OptionSpec text(String... names) {
        return OptionSpec.builder(names).type(String.class).build();
    }

    private static OptionSpec texts(String name) {
        return OptionSpec.builder(name)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .build();
    }

    /** What it understands. */
    CommandSpec spec() {
        return spec;
    }

    /**
     * Does what a command line says.
     *
     * @throws ParameterException when that cannot be meant
     * @throws AccessException when the file of tokens is not taken, or has no key to sign with
     */
    void run(ParseResult given) {
        if (given.hasMatchedOption("--help")) {
            out.print(help());
            return;
        }
        List<Rule> rules = rules(given);
        if (given.hasMatchedOption("--sign")) {
            refuse(given, "--sign", "--key");
            out.println(sign(given, rules));
            return;
        }
        refuse(given, "a token that is not signed", "--expires", AUTH_FILE);
        String name = given.matchedOptionValue("--name", null);
        if (name == null) {
            throw bad("--name is missing: it says whose token it is, as in --name app");
        }
        if (given.hasMatchedOption("--key")) {
            out.println(line(() -> TokenLine.drawKey(name, rules, random)).text());
            err.println("kvstore: this line is for the file of --auth_file, and secret");
        } else {
            TokenLine.Drawn drawn = line(() -> TokenLine.draw(name, rules, random));
            out.println(drawn.token());
            out.println(drawn.line().text());
            err.println(
                    "kvstore: first the token, which is shown this once; then its line for the file of --auth_file");
        }
    }

    private String sign(ParseResult given, List<Rule> rules) {
        String expires = given.matchedOptionValue("--expires", null);
        String file = given.matchedOptionValue(AUTH_FILE, environment.get("KVSTORE_AUTH_FILE"));
        if (expires == null) {
            throw bad("--sign needs --expires, as in --expires 1h: nothing else ends a signed token");
        }
        if (file == null) {
            throw bad("--sign needs " + AUTH_FILE + ", in which the key is");
        }
        Duration life = new Setting("--expires", expires).duration(EXPIRES_MIN, EXPIRES_MAX);
        TokenLine key = TokenFile.read(Path.of(file)).key(given.matchedOptionValue("--name", null));
        return key.sign(rules, clock.instant().plus(life));
    }

    private List<Rule> rules(ParseResult given) {
        List<Rule> rules = new ArrayList<>();
        List<String> allowed = given.matchedOptionValue("--allow", List.of());
        for (String rule : allowed) {
            rules.add(line(() -> Rule.parse(rule)));
        }
        List<String> prefixes = given.matchedOptionValue("--prefix", List.of());
        boolean writes = given.hasMatchedOption("--write");
        boolean reads = given.hasMatchedOption("--read");
        if (prefixes.isEmpty() ? reads || writes : reads == writes) {
            throw bad("--prefix goes with either --read or --write, which also reads");
        }
        for (String prefix : prefixes) {
            rules.add(line(() -> Rule.of(prefix, writes)));
        }
        if (rules.isEmpty()) {
            throw bad("a token needs a rule, as in --allow app/:rw, or --prefix app/ --read");
        }
        return rules;
    }

    /** Has what is said of a bad rule or name be said of the command line. */
    private <T> T line(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (AccessException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private void refuse(ParseResult given, String what, String... flags) {
        for (String flag : flags) {
            if (given.hasMatchedOption(flag)) {
                throw bad(flag + " has no meaning for " + what);
            }
        }
    }

    private ParameterException bad(String message) {
        return new ParameterException(new CommandLine(spec), message);
    }

    private static String help() {
        return String.join(
                System.lineSeparator(),
                "Usage: java -jar kvstore.jar token --name NAME RULES",
                "       java -jar kvstore.jar token --key --name NAME RULES",
                "       java -jar kvstore.jar token --sign --auth_file FILE [--name KEY] --expires TIME RULES",
                "",
                "Prints a fresh token, and under it the line for the file of --auth_file, which has its hash alone. With --key:",
                "the line of a key that signs tokens. With --sign: a token signed by such a key, which no file needs to know.",
                "",
                "RULES, one or more:",
                "  --allow PREFIX:ACCESS       r reads, rw reads and writes the keys that begin with PREFIX; :admin is for",
                "                              everything. In PREFIX % begins an escape, as in a URL",
                "  --prefix PREFIX             with --read or --write: the same, with PREFIX as it is",
                "",
                "Others:",
                "  --name NAME                 whose it is: A-Z, a-z, 0-9, - and _; with --sign, which key of several",
                "  --expires TIME              1s to 3650d, such as 30s, 15m, 1h, 7d",
                "  --auth_file FILE            where the key is; KVSTORE_AUTH_FILE in the environment does as well",
                "",
                "Examples:",
                "  java -jar kvstore.jar token --name app --allow app/:rw --allow shared/:r",
                "  java -jar kvstore.jar token --key --name issuer --allow app/:rw",
                "  java -jar kvstore.jar token --sign --auth_file tokens --prefix app/a/ --read --expires 1h",
                "");
    }
}
