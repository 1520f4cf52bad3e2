package io.kvstore.cli;

import io.kvstore.access.AccessException;
import io.kvstore.access.Rule;
import io.kvstore.access.TokenFile;
import io.kvstore.access.TokenLine;
import io.kvstore.config.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Draws a token, draws a key, or signs a token with a key. What is secret is printed once and kept nowhere. */
@CommandLine.Command(
        name = "token",
        header = "Draws and signs tokens",
        description = {
            "Prints a fresh token, and under it the line for the file of the server's --auth_file, which has its hash alone."
                    + " With --key: the line of a key that signs tokens. With --sign: a token signed by such a key, which no"
                    + " file needs to know.",
            "A rule is needed, by --allow or by --prefix, and several are taken."
        },
        exitCodeList = {ExitCode.DONE_TEXT, ExitCode.FAILED_TEXT, ExitCode.USAGE_TEXT},
        footer = {
            "  kvstore token --name app --allow app/:rw --allow shared/:r",
            "  kvstore token --key --name issuer --allow app/:rw",
            "  kvstore token --sign --auth_file tokens --prefix app/a/ --read --expires 1h"
        })
final class TokenCommand implements Command {

    private static final Duration EXPIRES_MIN = Duration.ofSeconds(1);
    private static final Duration EXPIRES_MAX = Duration.ofDays(3_650);

    private final Shell shell;
    private final SecureRandom random;
    private final InstantSource clock;

    @Option(names = "--key", description = "draws a key that signs tokens")
    private boolean isKey;

    @Option(names = "--sign", description = "signs a token with a key")
    private boolean signs;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "whose it is: A-Z, a-z, 0-9, - and _; with --sign, which key of several")
    private @Nullable String name;

    @Option(
            names = "--allow",
            paramLabel = "PREFIX:ACCESS",
            description =
                    "r reads, rw reads and writes the keys that begin with PREFIX; :admin is for everything. In PREFIX %%"
                            + " begins an escape, as in a URL")
    private List<String> allowed = new ArrayList<>();

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description = "with --read or --write: the same, with PREFIX as it is")
    private List<String> prefixes = new ArrayList<>();

    @Option(names = "--read", description = "those of --prefix may be read")
    private boolean reads;

    @Option(names = "--write", description = "those of --prefix may be read and written")
    private boolean writes;

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            description = "1s to 3650d, such as 30s, 15m, 1h, 7d; with --sign")
    private @Nullable String expires;

    @Option(
            names = {"--auth_file", "--auth-file", "-auth_file", "-auth-file"},
            paramLabel = "FILE",
            description = "where the key is, with --sign; KVSTORE_AUTH_FILE in the environment")
    private @Nullable String authFile;

    TokenCommand(Shell shell, SecureRandom random, InstantSource clock) {
        this.shell = shell;
        this.random = random;
        this.clock = clock;
    }

    @Override
    public int run(Output out) throws IOException {
        List<Rule> rules = rules();
        if (signs) {
            refuse(isKey, "--key", "--sign");
            out.line(sign(rules));
            return ExitCode.DONE;
        }
        refuse(expires != null, "--expires", "a token that is not signed");
        refuse(authFile != null, "--auth_file", "a token that is not signed");
        String owner = name;
        if (owner == null) {
            throw CommandException.usage("--name is missing: it says whose token it is, as in --name app; see --help");
        }
        if (isKey) {
            out.line(line(() -> TokenLine.drawKey(owner, rules, random)).text());
            shell.say("this line is for the file of --auth_file, and secret");
        } else {
            TokenLine.Drawn drawn = line(() -> TokenLine.draw(owner, rules, random));
            out.line(drawn.token());
            out.line(drawn.line().text());
            shell.say("first the token, which is shown this once; then its line for the file of --auth_file");
        }
        return ExitCode.DONE;
    }

    private String sign(List<Rule> rules) {
        String file = authFile != null ? authFile : shell.variable("KVSTORE_AUTH_FILE");
        if (expires == null) {
            throw CommandException.usage(
                    "--sign needs --expires, as in --expires 1h: nothing else ends a signed token");
        }
        if (file == null) {
            throw CommandException.usage("--sign needs --auth_file, in which the key is");
        }
        Duration life = new Setting("--expires", expires).duration(EXPIRES_MIN, EXPIRES_MAX);
        return TokenFile.read(Path.of(file))
                .key(name)
                .sign(rules, clock.instant().plus(life));
    }

    private List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        for (String rule : allowed) {
            rules.add(line(() -> Rule.parse(rule)));
        }
        if (prefixes.isEmpty() ? reads || writes : reads == writes) {
            throw CommandException.usage("--prefix goes with either --read or --write, which also reads");
        }
        for (String prefix : prefixes) {
            rules.add(line(() -> Rule.of(prefix, writes)));
        }
        if (rules.isEmpty()) {
            throw CommandException.usage("a token needs a rule, as in --allow app/:rw, or --prefix app/ --read");
        }
        return rules;
    }

    /** Has what is said of a bad rule or name be said of the command line. */
    private static <T> T line(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (AccessException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }

    private static void refuse(boolean given, String flag, String what) {
        if (given) {
            throw CommandException.usage(flag + " has no meaning for " + what);
        }
    }
}
