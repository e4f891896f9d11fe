package dev.clew.server.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.journal.Receipt;
import dev.clew.server.tracking.TrackedFiles.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An upload in parts: many may send to it at once, one alone may finish or drop it. Thread-safe. */
final class Upload {
    private final String id;
    private final About about;
    private int senders;
    private boolean taken;
    private boolean over;
    private @Nullable Receipt<StoredFile> receipt;
    private long finishedAt;

    Upload(String id, About about) {
        this.id = id;
        this.about = about;
    }

    /**
     * What an upload is for.
     *
     * @param who who began it and alone may finish it
     * @param parts how many it has
     * @param begun milliseconds
     */
    record About(String who, int scope, long owner, String path, int parts, long begun) {
        static About of(Permit permit, Place place, int parts, long begun) {
            return new About(permit.who(), place.scope(), place.owner(), place.path(), parts, begun);
        }

        byte[] json() {
            return Json.MAPPER
                    .createObjectNode()
                    .put("who", who)
                    .put("scope", scope)
                    .put("owner", owner)
                    .put("path", path)
                    .put("parts", parts)
                    .put("begun", begun)
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
        }

        static About parse(byte[] bytes) throws IOException {
            JsonNode json = Json.MAPPER.readTree(bytes);
            return new About(
                    json.path("who").asText(),
                    json.path("scope").asInt(),
                    json.path("owner").asLong(),
                    json.path("path").asText(),
                    json.path("parts").asInt(),
                    json.path("begun").asLong());
        }

        /** What the gate is asked about again when a part arrives. */
        Permit permit() {
            return new Permit(who, null, Permission.ARTIFACT_WRITE, scope, 0, null);
        }
    }

    String id() {
        return id;
    }

    About about() {
        return about;
    }

    boolean isOf(Permit permit, Place place) {
        return about.who().equals(permit.who())
                && about.scope() == place.scope()
                && about.owner() == place.owner()
                && about.path().equals(place.path());
    }

    /** Begins to send a part. */
    synchronized void enter() {
        if (taken || over) {
            throw busy("is being finished");
        }
        senders++;
    }

    synchronized void leave() {
        senders--;
    }

    /** Begins to finish or drop it. */
    void enterAlone() {
        if (!tryEnterAlone()) {
            throw busy("is being finished, or parts of it are still arriving");
        }
    }

    synchronized boolean tryEnterAlone() {
        if (taken || over || senders > 0) {
            return false;
        }
        taken = true;
        return true;
    }

    synchronized void leaveAlone() {
        taken = false;
    }

    private ClewException busy(String why) {
        return new ClewException(ErrorCode.OVERLOADED, "The upload \"%s\" %s; try again.".formatted(id, why));
    }

    /** Nothing more can be done with it. */
    synchronized void end() {
        over = true;
    }

    synchronized void finish(Receipt<StoredFile> stored, long millis) {
        receipt = stored;
        finishedAt = millis;
    }

    /** What its completion wrote. */
    synchronized Receipt<StoredFile> receipt() {
        return Objects.requireNonNull(receipt, "asked of finished uploads alone");
    }

    synchronized long finishedAt() {
        return finishedAt;
    }
}
