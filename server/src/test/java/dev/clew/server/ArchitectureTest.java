package dev.clew.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.clew.server.journal.Table;
import dev.clew.server.journal.Tables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The arrows of the house: what may know what. */
class ArchitectureTest {
    private static final String BASE = "dev.clew.server.";
    private static final String[] FEATURES = {
        BASE + "tracking..",
        BASE + "registry..",
        BASE + "datasets..",
        BASE + "access..",
        BASE + "privacy..",
        BASE + "deployments..",
        BASE + "decisions..",
        BASE + "explanations..",
        BASE + "feedback..",
        BASE + "spans.."
    };
    private static final JavaClasses SERVER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.clew.server");

    @Test
    void noFeatureKnowsAnother() {
        slices().matching(
                        BASE
                                + "(tracking|registry|datasets|access|privacy|deployments|decisions|explanations|feedback|spans)..")
                .should()
                .notDependOnEachOther()
                .check(SERVER);
    }

    @Test
    void nothingBelowKnowsTheInterfaceOrTheCommands() {
        noClasses()
                .that()
                .resideInAnyPackage(FEATURES)
                .or()
                .resideInAnyPackage(
                        BASE + "journal..",
                        BASE + "segments..",
                        BASE + "trace..",
                        BASE + "ports..",
                        BASE + "ledgers..",
                        BASE + "vault..",
                        BASE + "http..",
                        BASE + "storage..",
                        BASE + "common..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BASE + "api..", BASE + "cli..", BASE + "protocol..")
                .check(SERVER);
    }

    @Test
    void theGroundKnowsNoFeature() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        BASE + "journal..",
                        BASE + "segments..",
                        BASE + "trace..",
                        BASE + "ports..",
                        BASE + "ledgers..",
                        BASE + "vault..",
                        BASE + "http..",
                        BASE + "storage..",
                        BASE + "common..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(FEATURES)
                .check(SERVER);
    }

    @Test
    void onlyStorageSpeaksJdbc() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + "storage..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..")
                .check(SERVER);
    }

    @Test
    void onlyTheVaultOwnsACipher() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + "vault..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("javax.crypto.Cipher")
                .check(SERVER);
    }

    /** Tables that the journal writes without a declaration, and checks itself. */
    private static final List<String> OF_THE_JOURNAL = List.of("node", "link", "link_end", "counter");

    @Test
    void everyNumberedTableIsInTheCatalogSoThatChecksReadIt() throws IOException {
        List<String> numbered;
        try (var in = Objects.requireNonNull(Table.class.getResourceAsStream("tables.txt"))) {
            numbered = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\\s+")[1])
                    .filter(name -> !OF_THE_JOURNAL.contains(name))
                    .toList();
        }
        assertThat(Catalog.tables().stream().flatMap(of -> of.all().stream()).map(Table::name))
                .containsExactlyInAnyOrderElementsOf(numbered);
    }

    @Test
    void everyDerivedTableIsMadeAgainByItsFeature() {
        for (Tables tables : Catalog.tables()) {
            assertThat(tables.rebuilt().stream().flatMap(check -> check.tables().stream()))
                    .containsExactlyInAnyOrderElementsOf(tables.all().stream()
                            .filter(table -> table.mode() == Table.Mode.DERIVED)
                            .toList());
        }
    }
}
