package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Checks the Dockerfile, the systemd unit and the jlink script: the files they refer to, and the privileges they use.
 */
class PackagesTest {

    private static List<String> lines(String file) throws IOException {
        return Files.readAllLines(Path.of(file));
    }

    @Test
    void dockerfile_copiesExistingFiles() throws IOException {
        List<String> sources = new ArrayList<>();
        for (String line : lines("Dockerfile")) {
            String[] words = line.split("\\s+", -1);
            if (words[0].equals("COPY") && !words[1].startsWith("--from=")) {
                sources.addAll(Arrays.asList(words).subList(1, words.length - 1));
            }
        }
        assertThat(sources)
                .contains("pom.xml", "src")
                .allSatisfy(source -> assertThat(Path.of(source)).exists());
        List<String> included = lines(".dockerignore").stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();
        assertThat(included).containsExactlyInAnyOrderElementsOf(sources);
    }

    @Test
    void dockerfile_runsAsAnUnprivilegedUser() throws IOException {
        List<String> lines = lines("Dockerfile");
        int last = lines.lastIndexOf("FROM debian:trixie-slim");
        assertThat(last).isPositive();
        assertThat(lines.subList(last, lines.size()))
                .contains("USER 10001", "ENTRYPOINT [\"/opt/kvstore/bin/kvstore\"]")
                .anyMatch(line -> line.startsWith("HEALTHCHECK "));
        assertThat(lines.stream().filter(line -> line.startsWith("FROM ")))
                .allMatch(line -> line.matches("FROM (eclipse-temurin|debian):[a-z0-9-]+( AS build)?"));
    }

    @Test
    void unit_startsTheCommandOfTheImage() throws IOException {
        assertThat(lines("packaging/kvstore.service")).contains("ExecStart=/opt/kvstore/bin/kvstore", "User=kvstore");
        assertThat(lines("packaging/kvstore.service"))
                .as("sandbox of the service and access to its files")
                .contains(
                        "CapabilityBoundingSet=",
                        "NoNewPrivileges=yes",
                        "ProtectSystem=strict",
                        "ProtectHome=yes",
                        "PrivateDevices=yes",
                        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
                        "SystemCallFilter=@system-service",
                        "StateDirectoryMode=0700",
                        "UMask=0077");
        assertThat(Path.of("packaging/jlink")).isExecutable();
        assertThat(Files.readString(Path.of("packaging/jlink"))).contains("$image/bin/kvstore");
    }
}
