package dev.clew.server.ledgers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files written beside the database when the disk is full: they are tried again until there is room, for they hold what is committed
 * already. Any other failure of a disk is passed on. Blocks; stateless.
 */
final class Room {
    private static final Logger LOG = LoggerFactory.getLogger(Room.class);
    private static final long LEAST_FREE = 64 * 1024;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private Room() {}

    /** Writes one file from its beginning; may be done again. */
    @FunctionalInterface
    interface Writing {
        void run() throws IOException;
    }

    /** There was none until the end. */
    static final class None extends IOException {
        private static final long serialVersionUID = 1L;

        None(IOException cause) {
            super("There is no room", cause);
        }
    }

    /**
     * @param stopping when to wait no longer
     * @throws None when it was stopped before there was room
     * @throws IOException when it fails for another reason than a full disk
     */
    static void await(Path file, BooleanSupplier stopping, Writing writing) throws IOException {
        boolean waited = false;
        while (true) {
            try {
                writing.run();
                if (waited) {
                    LOG.info("There is room again; the ledger goes on");
                }
                return;
            } catch (IOException e) {
                if (!isFull(file, e)) {
                    throw e;
                }
                if (stopping.getAsBoolean()) {
                    throw new None(e);
                }
                if (!waited) {
                    waited = true;
                    LOG.error("There is no room for the files of the ledger; no checkpoint is signed until there is");
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Java tells a full disk by its words alone, so the room that is left is asked too. */
    private static boolean isFull(Path file, IOException e) {
        String words = String.valueOf(e.getMessage());
        if (words.contains("No space left") || words.contains("quota exceeded")) {
            return true;
        }
        try {
            Path directory = file.toAbsolutePath().getParent();
            return directory != null && Files.getFileStore(directory).getUsableSpace() < LEAST_FREE;
        } catch (IOException again) {
            return false;
        }
    }
}
