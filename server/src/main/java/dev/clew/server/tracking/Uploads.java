package dev.clew.server.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.journal.Receipt;
import dev.clew.server.storage.PartFiles;
import dev.clew.server.tracking.TrackedFiles.Place;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that arrive in parts. Parts lie sealed beside the blobs, in any order and again if need be, also after a restart; a file is an
 * entry only when its parts are put together, exactly one then. What is not whole in time is dropped. Thread-safe; calls block for the
 * disk and may be made on virtual threads.
 */
public final class Uploads implements AutoCloseable {
    /** Most parts of one file. */
    public static final int MAX_PARTS = 10_000;

    /** Uploads begun and not finished, of everybody and of one. */
    static final int MAX_OPEN = 1_000;

    static final int MAX_OPEN_OF_ONE = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
    private static final HexFormat HEX = HexFormat.of();

    /** Number of the part that says what an upload is for. */
    private static final int ABOUT = 0;

    /** How long a finished upload is remembered, for who did not hear that it is. */
    private static final Duration REMEMBERED = Duration.ofMinutes(15);

    private static final int MAX_REMEMBERED = 10_000;

    private final TrackedFiles files;
    private final PartFiles parts;
    private final UnaryOperator<byte[]> mac;
    private final Consumer<Permit> stillAllowed;
    private final long maxFile;
    private final Duration time;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Upload> open = new ConcurrentHashMap<>();
    private final Map<String, Upload> finished = new ConcurrentHashMap<>();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("uploads").daemon().factory());

    /**
     * Goes on with what was begun before.
     *
     * @param mac a secret function of bytes, the same after a restart
     * @param stillAllowed throws when who began an upload may not write files any more
     */
    public Uploads(
            TrackedFiles files,
            PartFiles parts,
            UnaryOperator<byte[]> mac,
            Consumer<Permit> stillAllowed,
            ArtifactsConfig config,
            InstantSource clock)
            throws IOException {
        this.files = files;
        this.parts = parts;
        this.mac = mac;
        this.stillAllowed = stillAllowed;
        this.maxFile = config.maxFile().bytes();
        this.time = config.uploadTime();
        this.clock = clock;
        for (String id : parts.uploads()) {
            remember(id);
        }
        long millis = Math.clamp(time.toMillis() / 4, 1_000, 3_600_000);
        sweeper.scheduleWithFixedDelay(this::sweep, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** A part that may be sent, and the key that lets its sender do so. */
    public record Expected(int number, String key) {}

    /** A part as the sender names it when all are there. {@code sha256} is hexadecimal. */
    public record Sent(int number, String sha256) {}

    /** An upload that was begun. */
    public record Begun(String id, List<Expected> parts) {}

    /**
     * Begins an upload.
     *
     * @param count of parts, 0 to {@value #MAX_PARTS}
     * @throws ClewException QUOTA_EXCEEDED while too many are open
     */
    public Begun begin(Permit permit, Place place, int count) throws IOException {
        files.requireName(place);
        if (count < 0 || count > MAX_PARTS) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "A file has 1 to %d parts, not %d; send larger ones.".formatted(MAX_PARTS, count));
        }
        sweep();
        long own = open.values().stream()
                .filter(upload -> upload.about().who().equals(permit.who()))
                .count();
        if (own >= MAX_OPEN_OF_ONE || open.size() >= MAX_OPEN) {
            throw new ClewException(
                    ErrorCode.QUOTA_EXCEEDED,
                    "%d uploads in parts are not finished; finish or abort some, or wait until they are dropped after %s."
                            .formatted(own >= MAX_OPEN_OF_ONE ? own : open.size(), time));
        }
        byte[] uid = new byte[16];
        random.nextBytes(uid);
        String id = HEX.formatHex(uid);
        var about = Upload.About.of(permit, place, count, clock.millis());
        parts.put(id, ABOUT, new ByteArrayInputStream(about.json()), Long.MAX_VALUE);
        open.put(id, new Upload(id, about));
        var expected = new ArrayList<Expected>(count);
        for (int number = 1; number <= count; number++) {
            expected.add(new Expected(number, key(id, number)));
        }
        return new Begun(id, List.copyOf(expected));
    }

    /**
     * Takes a part from whoever has its key. A part that is sent again replaces the one before.
     *
     * @throws ClewException FORBIDDEN for a wrong key, an upload that is over, and when who began it may not write files any more
     */
    public PartFiles.Part take(String id, int number, String key, InputStream content) throws IOException {
        Upload upload = open.get(id);
        if (!isKey(id, number, key)
                || upload == null
                || number < 1
                || number > upload.about().parts()) {
            throw new ClewException(
                    ErrorCode.FORBIDDEN,
                    "This is no part of an upload that is open, or its key is another one; begin a new upload.");
        }
        stillAllowed.accept(upload.about().permit());
        upload.enter();
        try {
            long others = parts.parts(id).stream()
                    .filter(part -> part.number() != ABOUT && part.number() != number)
                    .mapToLong(PartFiles.Part::size)
                    .sum();
            return parts.put(id, number, content, maxFile - others);
        } finally {
            upload.leave();
        }
    }

    /** The parts that are here, by number: what need not be sent again. */
    public List<PartFiles.Part> parts(Permit permit, Place place, String id) throws IOException {
        requireOpen(permit, place, id);
        return here(id);
    }

    /** Of how many parts it is. */
    public int count(Permit permit, Place place, String id) {
        return requireOpen(permit, place, id).about().parts();
    }

    /**
     * Puts the file together from all its parts and stores it. Asked again, it answers the same.
     *
     * @throws ClewException WRONG_STATE when a part is missing or another one than named
     */
    public Receipt<StoredFile> complete(Permit permit, Place place, String id, List<Sent> sent) throws IOException {
        Upload over = finished.get(id);
        if (over != null && over.isOf(permit, place)) {
            return over.receipt();
        }
        Upload upload = requireOpen(permit, place, id);
        upload.enterAlone();
        try {
            List<PartFiles.Part> all = here(id);
            requireSame(upload.about().parts(), all, sent);
            requireSize(all);
            Receipt<StoredFile> receipt;
            try (InputStream whole = parts.read(id, all)) {
                receipt = files.store(permit, place, whole, maxFile);
            }
            upload.finish(receipt, clock.millis());
            if (finished.size() < MAX_REMEMBERED) {
                finished.put(id, upload);
            }
            drop(upload);
            return receipt;
        } finally {
            upload.leaveAlone();
        }
    }

    /** Drops an upload with what was sent of it; one that is not there is dropped already. */
    public void abort(Permit permit, Place place, String id) throws IOException {
        Upload upload = open.get(id);
        if (upload == null || !upload.isOf(permit, place)) {
            return;
        }
        upload.enterAlone();
        try {
            drop(upload);
        } finally {
            upload.leaveAlone();
        }
    }

    private void requireSize(List<PartFiles.Part> all) {
        long size = all.stream().mapToLong(PartFiles.Part::size).sum();
        if (size > maxFile) {
            throw new ClewException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "The parts are %d bytes together, and a file may have %d; nothing was stored."
                            .formatted(size, maxFile));
        }
    }

    private static void requireSame(int count, List<PartFiles.Part> all, List<Sent> sent) {
        if (sent.size() != count) {
            throw refused("%d parts are named, and the upload was begun with %d".formatted(sent.size(), count));
        }
        for (int i = 0; i < count; i++) {
            int number = i + 1;
            if (sent.get(i).number() != number) {
                throw refused("part %d is not named in its place".formatted(number));
            }
            PartFiles.Part part = all.stream()
                    .filter(each -> each.number() == number)
                    .findFirst()
                    .orElseThrow(() -> refused("part %d was not sent".formatted(number)));
            if (!HEX.formatHex(part.sha256()).equals(sent.get(i).sha256())) {
                throw refused("part %d here has another ETag than the one named".formatted(number));
            }
        }
    }

    private static ClewException refused(String why) {
        return new ClewException(
                ErrorCode.WRONG_STATE,
                "The upload cannot be completed: %s. Send what is missing and name each part with its ETag, in order."
                        .formatted(why));
    }

    private List<PartFiles.Part> here(String id) throws IOException {
        return parts.parts(id).stream().filter(part -> part.number() != ABOUT).toList();
    }

    private Upload requireOpen(Permit permit, Place place, String id) {
        Upload upload = open.get(id);
        if (upload == null || !upload.isOf(permit, place)) {
            throw new ClewException(
                    ErrorCode.NOT_FOUND,
                    "No upload \"%s\" of yours is open for this file; it is over, or was dropped after %s. Begin a new one."
                            .formatted(id, time));
        }
        return upload;
    }

    private boolean isKey(String id, int number, String key) {
        return MessageDigest.isEqual(
                key(id, number).getBytes(StandardCharsets.UTF_8), key.getBytes(StandardCharsets.UTF_8));
    }

    private String key(String id, int number) {
        return HEX.formatHex(mac.apply((id + "/" + number).getBytes(StandardCharsets.UTF_8)));
    }

    private void drop(Upload upload) throws IOException {
        upload.end();
        open.remove(upload.id());
        parts.delete(upload.id());
    }

    private void remember(String id) throws IOException {
        try (InputStream in = parts.read(
                id,
                parts.parts(id).stream().filter(part -> part.number() == ABOUT).toList())) {
            open.put(id, new Upload(id, Upload.About.parse(in.readAllBytes())));
        } catch (ClewException | JsonProcessingException e) {
            LOG.warn("upload dropped, it cannot be read any more id={}", id, e);
            parts.delete(id);
        }
    }

    /** Drops what is over its time; what somebody is just sending to, the next time. */
    void sweep() {
        long now = clock.millis();
        finished.values().removeIf(upload -> upload.finishedAt() + REMEMBERED.toMillis() < now);
        for (Upload upload : open.values()) {
            if (upload.about().begun() + time.toMillis() < now && upload.tryEnterAlone()) {
                try {
                    drop(upload);
                } catch (IOException e) {
                    LOG.warn("upload not dropped id={}", upload.id(), e);
                } finally {
                    upload.leaveAlone();
                }
            }
        }
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
    }
}
