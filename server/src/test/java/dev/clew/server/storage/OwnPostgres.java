package dev.clew.server.storage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;

/** A PostgreSQL of one test, durable as in production, that can be stopped, killed and started again with what it holds. */
public final class OwnPostgres implements AutoCloseable {
    private final Path directory;
    private EmbeddedPostgres server;
    private final int port;

    private OwnPostgres(Path directory) throws IOException {
        this.directory = directory;
        this.server = builder().start();
        this.port = server.getPort();
    }

    /** @param directory where it keeps its data; made, and left to the test */
    public static OwnPostgres start(Path directory) throws IOException {
        return new OwnPostgres(directory);
    }

    private EmbeddedPostgres.Builder builder() {
        return TestPostgres.durable().setDataDirectory(directory).setCleanDataDirectory(false);
    }

    public String url() {
        return "postgresql://postgres@127.0.0.1:%d/postgres".formatted(port);
    }

    /** Ends its sessions and stops, as its operator would restart it. */
    public void stop() throws IOException {
        server.close();
    }

    /** Stops it without a word to anyone, as its machine would. */
    public void kill() throws IOException, InterruptedException {
        TestPostgres.kill(directory);
        // Its own copies of what it started are of no use any more.
        server.close();
    }

    public void startAgain() throws IOException {
        server = builder().setPort(port).start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
