package io.kvstore;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows between the packages, and who may see which library. */
class ArchitectureTest {

    private static JavaClasses main;

    @BeforeAll
    static void read() {
        main = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.kvstore");
    }

    @Test
    void packages_pointOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.kvstore..")
                .layer("Main")
                .definedBy("io.kvstore")
                .layer("server")
                .definedBy("io.kvstore.server..")
                .layer("cli")
                .definedBy("io.kvstore.cli..")
                .layer("config")
                .definedBy("io.kvstore.config..")
                .layer("time")
                .definedBy("io.kvstore.time..")
                .layer("access")
                .definedBy("io.kvstore.access..")
                .layer("accesslog")
                .definedBy("io.kvstore.accesslog..")
                .layer("metrics")
                .definedBy("io.kvstore.metrics..")
                .layer("api")
                .definedBy("io.kvstore.api..")
                .layer("client")
                .definedBy("io.kvstore.client..")
                .layer("keyspace")
                .definedBy("io.kvstore.keyspace..")
                .layer("store")
                .definedBy("io.kvstore.store..")
                .layer("storage")
                .definedBy("io.kvstore.storage..")
                .layer("cache")
                .definedBy("io.kvstore.cache..")
                .layer("journal")
                .definedBy("io.kvstore.journal..")
                .layer("pages")
                .definedBy("io.kvstore.pages..")
                .layer("disk")
                .definedBy("io.kvstore.disk..")
                .layer("http")
                .definedBy("io.kvstore.http..")
                .layer("console")
                .definedBy("io.kvstore.console..")
                .layer("concurrent")
                .definedBy("io.kvstore.concurrent..")
                .whereLayer("Main")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("server")
                .mayOnlyBeAccessedByLayers("Main")
                .whereLayer("cli")
                .mayOnlyBeAccessedByLayers("Main")
                .whereLayer("client")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("config")
                .mayOnlyBeAccessedByLayers("Main", "server", "cli")
                .whereLayer("time")
                .mayOnlyBeAccessedByLayers("config", "api")
                .whereLayer("access")
                .mayOnlyBeAccessedByLayers("server", "api", "cli")
                .whereLayer("api")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("api")
                .mayOnlyAccessLayers("http", "console", "keyspace", "store", "access", "metrics", "time")
                .whereLayer("http")
                .mayNotAccessAnyLayer()
                .whereLayer("http")
                .mayOnlyBeAccessedByLayers("server", "api", "console", "accesslog")
                .whereLayer("console")
                .mayOnlyAccessLayers("http")
                .whereLayer("console")
                .mayOnlyBeAccessedByLayers("api")
                .whereLayer("accesslog")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("metrics")
                .mayOnlyBeAccessedByLayers("server", "api")
                .whereLayer("keyspace")
                .mayOnlyBeAccessedByLayers("server", "api", "access", "metrics", "cli")
                .whereLayer("store")
                .mayOnlyBeAccessedByLayers(
                        "Main", "config", "server", "api", "metrics", "keyspace", "client", "cli", "storage")
                .whereLayer("storage")
                .mayOnlyBeAccessedByLayers("server", "cli")
                .whereLayer("cache")
                .mayOnlyBeAccessedByLayers("storage")
                .whereLayer("journal")
                .mayOnlyBeAccessedByLayers("storage")
                .whereLayer("pages")
                .mayOnlyBeAccessedByLayers("storage")
                .whereLayer("concurrent")
                .mayOnlyBeAccessedByLayers("server", "storage")
                .whereLayer("disk")
                .mayOnlyBeAccessedByLayers("storage", "journal", "pages", "cli")
                .check(main);
    }

    @Test
    void commandsForAServer_seeNoStore() {
        noClasses()
                .that()
                .resideInAPackage("io.kvstore.cli..")
                .and()
                .haveNameNotMatching(".*\\.(Check|Restore)Command.*")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.kvstore.keyspace..", "io.kvstore.disk..", "io.kvstore.storage..")
                .check(main);
    }

    @Test
    void mapDbTable_isSeenByStorageOnly() {
        classes()
                .that()
                .resideInAPackage("io.kvstore.storage.mapdb..")
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAPackage("io.kvstore.storage..")
                .check(main);
    }

    @Test
    void journal_isSeenByItsCommitLogOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.kvstore.storage..")
                .and()
                .haveNameNotMatching("io\\.kvstore\\.storage\\.JournalCommitLog(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("io\\.kvstore\\.journal\\.Journal(\\$.*)?")
                .check(main);
    }

    @Test
    void mapdb_isSeenByItsTableAlone() {
        onlyIn("org.mapdb..", "io.kvstore.storage.mapdb..");
    }

    @Test
    void httpServer_isSeenByHttpAndServerAlone() {
        onlyIn("com.sun.net.httpserver..", "io.kvstore.http..", "io.kvstore.server..");
    }

    @Test
    void picocli_isSeenByMainConfigAndCliAlone() {
        onlyIn("picocli..", "io.kvstore", "io.kvstore.config..", "io.kvstore.cli..");
    }

    @Test
    void jackson_isSeenWhereJsonIsReadAndWritten() {
        onlyIn(
                "com.fasterxml..",
                "io.kvstore.http..",
                "io.kvstore.api..",
                "io.kvstore.accesslog..",
                "io.kvstore.client..",
                "io.kvstore.cli..");
    }

    @Test
    void prometheus_isSeenByMetricsAlone() {
        onlyIn("io.prometheus..", "io.kvstore.metrics..");
    }

    @Test
    void histogramsAndProgressBars_areSeenByCliAlone() {
        onlyIn("org.HdrHistogram..", "io.kvstore.cli..");
        onlyIn("me.tongfei..", "io.kvstore.cli..");
    }

    @Test
    void httpClient_isSeenByClientAlone() {
        onlyIn("java.net.http..", "io.kvstore.client..");
    }

    @Test
    void regularExpressionsOfClients_areRe2() {
        onlyIn("com.google.re2j..", "io.kvstore.api..");
        noClasses()
                .that()
                .resideInAnyPackage("io.kvstore.http..", "io.kvstore.api..", "io.kvstore.console..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.regex..")
                .check(main);
    }

    @Test
    void fileChannels_areSeenByDiskAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.kvstore.disk..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.nio.channels.FileChannel")
                .check(main);
    }

    /** Each top-level class is a slice of its own, with its nested classes. */
    @ParameterizedTest
    @ValueSource(strings = {"io.kvstore.http", "io.kvstore.api", "io.kvstore.console"})
    void classesOfAPackage_haveNoCycles(String packageName) {
        slices().assignedFrom(new TopLevelClasses(packageName))
                .should()
                .beFreeOfCycles()
                .check(main);
    }

    private record TopLevelClasses(String packageName) implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass each) {
            if (!each.getPackageName().equals(packageName)) {
                return SliceIdentifier.ignore();
            }
            JavaClass top = each;
            while (top.getEnclosingClass().isPresent()) {
                top = top.getEnclosingClass().get();
            }
            return SliceIdentifier.of(top.getName());
        }

        @Override
        public String getDescription() {
            return "top-level classes of " + packageName;
        }
    }

    @Test
    void names_hideNothing() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .check(main);
    }

    private static void onlyIn(String library, String... packages) {
        classes()
                .that()
                .resideInAPackage("io.kvstore..")
                .and()
                .resideOutsideOfPackages(packages)
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackage(library)
                .check(main);
    }
}
