package io.kvstore;

import io.kvstore.testing.RawHttp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A server in a separate process on a free port, started like a user does. */
public final class ServerProcess implements AutoCloseable {

    private static final Pattern ADDRESS = Pattern.compile("listening on https?://[^ ]+:(\\d+),");

    private final Process process;
    private final String startLine;
    private final BufferedReader out;

    private ServerProcess(Process process, BufferedReader out, String startLine) {
        this.process = process;
        this.out = out;
        this.startLine = startLine;
    }

    /** Starts a server and waits for its start line. */
    public static ServerProcess start(String... flags) throws IOException {
        return start(List.of(), flags);
    }

    /** As {@link #start(String...)}, with options for the JVM. */
    public static ServerProcess start(List<String> jvm, String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of("--port", "0"));
        command.addAll(List.of(flags));
        Process process = launch(jvm, command.toArray(String[]::new));
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the server did not start: " + error(process));
        }
        return new ServerProcess(process, out, line);
    }

    /** Starts the command with exactly these arguments. */
    public static Process launch(String... arguments) throws IOException {
        return launch(List.of(), arguments);
    }

    private static Process launch(List<String> jvm, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(jvm);
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("KVSTORE_"));
        return builder.start();
    }

    /** Returns the standard error of a process, after it has ended. */
    public static String error(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    public String startLine() {
        return startLine;
    }

    public int port() {
        Matcher address = ADDRESS.matcher(startLine);
        if (!address.find()) {
            throw new AssertionError("no address in '" + startLine + "'");
        }
        return Integer.parseInt(address.group(1));
    }

    public long pid() {
        return process.pid();
    }

    public RawHttp connect() {
        return RawHttp.connect(port());
    }

    /** Sends a signal, for example {@code INT}. */
    public void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new AssertionError("kill -" + name + " failed: " + error(kill));
        }
    }

    /** Kills the process, as a crash would, and waits until it has ended. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        exitCode();
    }

    /** Waits until the process has ended and returns its exit code. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the server did not end within 60 s");
        }
        return process.exitValue();
    }

    /** Returns the output after the start line, and standard error, after the process has ended. */
    public String rest() throws IOException {
        return out.lines().collect(Collectors.joining("\n")) + error(process);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
