package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory and a database belong together: no start on halves of two logs. */
class DatabaseChoiceTest {
    @TempDir
    Path first;

    @TempDir
    Path second;

    @Test
    void aDirectoryWithADatabaseOfItsOwnTakesNoOther() {
        TestServer.open(first).close();
        refuses(first, TestPostgres.url(first), ErrorCode.CONFIGURATION, "has a database of its own, clew.db");
    }

    @Test
    void tilesWithoutTheirEntriesAreRefused() throws Exception {
        Files.createDirectories(first.resolve("data/ledger/tile"));
        refuses(first, TestPostgres.url(first), ErrorCode.CONFIGURATION, "its database knows no log");
    }

    @Test
    void aLogIsNotTakenOverByADirectoryWithoutItsKeys() {
        TestServer.open(first, "data.database_url=" + TestPostgres.url(first)).close();
        refuses(second, TestPostgres.url(first), ErrorCode.KEY_MISSING, "no keys/vault.db");
        TestServer.open(second, "data.database_url=" + TestPostgres.url(second)).close();
        refuses(second, TestPostgres.url(first), ErrorCode.KEY_MISSING, "");
        TestServer.open(first, "data.database_url=" + TestPostgres.url(first)).close();
    }

    private static void refuses(Path root, String url, ErrorCode code, String words) {
        assertThatThrownBy(
                        () -> TestServer.open(root, "data.database_url=" + url).close())
                .isInstanceOfSatisfying(ClewException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.getMessage()).contains(words);
                });
    }
}
