package io.kvstore.cli;

import io.kvstore.access.AccessException;
import io.kvstore.access.Rule;
import io.kvstore.access.TokenEntry;
import io.kvstore.access.TokenFile;
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

/** Generates a token or a signing key, or signs a token. Secrets are printed once and not stored. */
@CommandLine.Command(
        name = "token",
        header = "Generates and signs tokens",
        description = {
            "Generates a token. Prints the token, then its line for the server's --auth_file, "
                    + "which contains only a hash of the token. With --key, prints the line of a new signing key. With"
                    + " --sign, prints a token signed with such a key; a signed token needs no line in the file.",
            "At least one rule is required, with --allow or --prefix; both can be repeated."
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

    @Option(names = "--key", description = "Generate a signing key")
    private boolean isKey;

    @Option(names = "--sign", description = "Sign a token with a key of --auth_file")
    private boolean signs;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name of the token or key: A-Z, a-z, 0-9, - and _; with --sign, the name of the key")
    private @Nullable String name;

    @Option(
            names = "--allow",
            paramLabel = "PREFIX:ACCESS",
            description = "Rule: r allows reading, rw reading and writing the keys that begin with PREFIX; :admin "
                    + "allows everything. %% in PREFIX begins an escape, as in a URL")
    private List<String> allowed = new ArrayList<>();

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description = "Rule for the keys that begin with PREFIX, taken literally; needs --read or --write")
    private List<String> prefixes = new ArrayList<>();

    @Option(names = "--read", description = "Allow reading with --prefix")
    private boolean reads;

    @Option(names = "--write", description = "Allow reading and writing with --prefix")
    private boolean writes;

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            description = "Lifetime of a signed token, 1s to 3650d, such as 30s, 15m, 1h, 7d")
    private @Nullable String expires;

    @Option(
            names = {"--auth_file", "--auth-file", "-auth_file", "-auth-file"},
            paramLabel = "FILE",
            description = "File with the signing key, for --sign (environment: KVSTORE_AUTH_FILE)")
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
            rejectCombination(isKey, "--key", "--sign");
            out.line(sign(rules));
            return ExitCode.DONE;
        }
        rejectCombination(expires != null, "--expires", "an unsigned token");
        rejectCombination(authFile != null, "--auth_file", "an unsigned token");
        String owner = name;
        if (owner == null) {
            throw CommandException.usage("--name is required, for example --name app; see --help");
        }
        if (isKey) {
            out.line(orUsageError(() -> TokenEntry.generateKey(owner, rules, random))
                    .text());
            shell.say("add this line to the --auth_file and keep it secret");
        } else {
            TokenEntry.Generated generated = orUsageError(() -> TokenEntry.generate(owner, rules, random));
            out.line(generated.token());
            out.line(generated.entry().text());
            shell.say("the first line is the token, shown only now; add the second line to the --auth_file");
        }
        return ExitCode.DONE;
    }

    private String sign(List<Rule> rules) {
        String file = authFile != null ? authFile : shell.variable("KVSTORE_AUTH_FILE");
        if (expires == null) {
            throw CommandException.usage(
                    "--sign requires --expires, for example --expires 1h: a signed token is valid until it expires");
        }
        if (file == null) {
            throw CommandException.usage("--sign requires --auth_file, the file with the signing key");
        }
        Duration life = new Setting("--expires", expires).duration(EXPIRES_MIN, EXPIRES_MAX);
        return TokenFile.read(Path.of(file))
                .signingKey(name)
                .sign(rules, clock.instant().plus(life));
    }

    private List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        for (String rule : allowed) {
            rules.add(orUsageError(() -> Rule.parse(rule)));
        }
        if (prefixes.isEmpty() ? reads || writes : reads == writes) {
            throw CommandException.usage("--prefix requires either --read or --write; --write includes reading");
        }
        for (String prefix : prefixes) {
            rules.add(orUsageError(() -> Rule.of(prefix, writes)));
        }
        if (rules.isEmpty()) {
            throw CommandException.usage(
                    "a token requires a rule, for example --allow app/:rw or --prefix app/ --read");
        }
        return rules;
    }

    /** Reports an invalid rule or name as a usage error. */
    private static <T> T orUsageError(Supplier<T> parser) {
        try {
            return parser.get();
        } catch (AccessException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }

    private static void rejectCombination(boolean given, String flag, String other) {
        if (given) {
            throw CommandException.usage(flag + " cannot be combined with " + other);
        }
    }
}
