package io.kvstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import io.kvstore.server.Server;
import io.kvstore.server.TlsFixtures;
import io.kvstore.store.StorageMode;
import io.kvstore.testing.Reachability;
import io.kvstore.testing.TestServer;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import net.bytebuddy.ByteBuddy;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checks that a program can use the client jar with Jackson and nothing else of this project on its class path. */
@Tag("jar")
@Timeout(60)
final class ClientJarTest {

    private static final Path JAR = Path.of(System.getProperty("kvstore.client.jar"));
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final List<Class<?>> JACKSON = List.of(JsonFactory.class, JsonNode.class, JsonProperty.class);
    private static final List<Class<?>> ASSERTIONS = List.of(Assertions.class, ByteBuddy.class);

    @TempDir
    private Path folder;

    private final List<Path> classPath = new ArrayList<>();

    @BeforeEach
    void collectClassPath() throws Exception {
        classPath.add(JAR);
        for (Class<?> type :
                Stream.concat(JACKSON.stream(), ASSERTIONS.stream()).toList()) {
            classPath.add(Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI()));
        }
    }

    @Test
    void classes_referOnlyToTheJarAndJackson() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name"))
                    .isEqualTo("io.kvstore.client");
            assertThat(Reachability.from(jar, every -> true).missing().keySet())
                    .isNotEmpty()
                    .allMatch(name -> name.startsWith("com/fasterxml/jackson/"));
        }
    }

    /** Runs each example of docs/client.md against a server of its own. */
    @TestFactory
    Stream<DynamicTest> documentedExamples_compileAndRun() throws IOException {
        List<String> examples = EXAMPLE.matcher(Files.readString(Path.of("docs/client.md")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(examples).hasSizeGreaterThan(9);
        compile(examples);
        Files.copy(TlsFixtures.file("root.pem"), folder.resolve("cert.pem"));
        return IntStream.range(0, examples.size())
                .mapToObj(
                        i -> dynamicTest(examples.get(i).lines().findFirst().orElseThrow(), () -> run("example" + i)));
    }

    private void compile(List<String> examples) throws IOException {
        String methods = IntStream.range(0, examples.size())
                .mapToObj(i -> "public void example" + i + "() throws Exception {\n" + examples.get(i) + "}\n")
                .collect(Collectors.joining("\n"));
        Path source = folder.resolve("Examples.java");
        Files.writeString(source, """
                import static org.assertj.core.api.Assertions.assertThat;

                import io.kvstore.client.*;
                import io.kvstore.store.*;
                import java.io.*;
                import java.net.URI;
                import java.nio.file.Files;
                import java.nio.file.Path;
                import java.time.*;
                import java.util.*;
                import javax.net.ssl.SSLContext;

                public final class Examples implements AutoCloseable {
                    private final URI address;
                    private final Path folder;
                    private final KeyValueClient<String> client;

                    public Examples(URI address, Path folder) {
                        this.address = address;
                        this.folder = folder;
                        this.client = KeyValueClient.ofText(address);
                    }

                    @Override
                    public void close() {
                        client.close();
                    }

                    %s
                }
                """.formatted(methods));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            String jars = classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
            List<String> options = List.of(
                    "--release",
                    "17",
                    "-proc:none",
                    "-Xlint:deprecation",
                    "-Werror",
                    "-cp",
                    jars,
                    "-d",
                    folder.toString());
            if (!compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
                    .call()) {
                fail(messages.toString());
            }
        }
    }

    private void run(String example) throws Exception {
        URL[] urls = Stream.concat(Stream.of(folder), classPath.stream())
                .map(ClientJarTest::url)
                .toArray(URL[]::new);
        try (Server server = TestServer.start(StorageMode.MEMORY, folder);
                URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
            Class<?> type = loader.loadClass("Examples");
            try (AutoCloseable examples = (AutoCloseable)
                    type.getConstructor(URI.class, Path.class).newInstance(URI.create(server.address()), folder)) {
                type.getMethod(example).invoke(examples);
            }
        }
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
