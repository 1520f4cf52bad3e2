package io.kvstore.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs commands and captures their output. */
final class Captured {

    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private byte[] in = {};
    private Shell.Terminals terminals = Shell.Terminals.NONE;

    Captured variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Captured input(byte[] bytes) {
        in = bytes;
        return this;
    }

    Captured terminals(boolean inTerminal, boolean outTerminal, boolean errTerminal) {
        terminals = new Shell.Terminals(inTerminal, outTerminal, errTerminal);
        return this;
    }

    /** Discards the output of earlier commands, runs a command, and returns its exit code. */
    int run(String... arguments) {
        out.reset();
        err.reset();
        return new Cli(shell()).run(arguments);
    }

    Shell shell() {
        return new Shell(
                environment,
                new ByteArrayInputStream(in),
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminals);
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    List<String> lines() {
        return out().lines().toList();
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
