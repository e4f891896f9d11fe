package dev.clew.server.ports;

import dev.clew.server.common.Uid;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What serves what, when. Implemented by the feature of the same name; answers from memory, so it may be asked per decision. */
public interface Deployments {
    /**
     * @param liveFrom microseconds, or 0 when it never went live
     * @param liveUntil microseconds, or {@code Long.MAX_VALUE} while live
     */
    record Serving(
            Uid uid,
            Uid endpoint,
            String endpointName,
            Uid version,
            int scope,
            long liveFrom,
            long liveUntil,
            @Nullable String config) {
        public boolean isLiveAt(long micros) {
            return liveFrom != 0 && liveFrom <= micros && micros < liveUntil;
        }
    }

    Optional<Serving> byUid(Uid deployment);

    /** The one live at that time. */
    Optional<Serving> liveAt(int project, String endpoint, long micros);

    /** All live ones of a version, now. */
    List<Serving> liveOf(Uid version);
}
