package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Breach;
import dev.clew.server.tracking.Tracking;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Where an experiment's files may lie. This server opens only what is below its own root; the rest it hands to clients as it is. */
final class Locations {
    private static final int MAX_LOCATION = 2_048;
    private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*):.*", Pattern.DOTALL);
    private static final Pattern DRIVE = Pattern.compile("[a-zA-Z]:.*", Pattern.DOTALL);
    private static final Set<String> REMOTE =
            Set.of("s3", "s3a", "gs", "abfs", "abfss", "wasb", "wasbs", "hdfs", "viewfs", "dbfs", "dvc", "https", "r2");

    private Locations() {}

    /** A location a client may give an experiment: below the server's root, remote, or a relative name; never a path of the server. */
    static String checkedExperiment(String location) {
        if (location.length() > MAX_LOCATION) {
            throw MlflowErrors.invalid(
                    "Invalid artifact path length. The length of the artifact path cannot be greater than %d characters."
                            .formatted(MAX_LOCATION));
        }
        String lower = location.toLowerCase(Locale.ROOT);
        if (lower.startsWith("runs:")) {
            throw MlflowErrors.invalid("Artifact location cannot be a runs:/ URI. Given: '%s'".formatted(location));
        }
        int query = location.indexOf('?');
        String path = query < 0 ? location : location.substring(0, query);
        if (location.indexOf('#') >= 0
                || path.indexOf(';') >= 0
                || (query >= 0 && location.substring(query).contains(".."))) {
            throw refused("it must not have a fragment, parameters or \"..\" in its query");
        }
        var scheme = SCHEME.matcher(location);
        if (DRIVE.matcher(location).matches() || location.startsWith("/") || location.indexOf('\\') >= 0) {
            throw refused("it must not be a path of the server");
        }
        if (!scheme.matches()) {
            return location;
        }
        if (lower.startsWith(Tracking.ARTIFACT_ROOT)) {
            ArtifactPath.checked(location.substring(Tracking.ARTIFACT_ROOT.length()));
            return location;
        }
        if (!REMOTE.contains(scheme.group(1).toLowerCase(Locale.ROOT))) {
            throw refused("its scheme must be mlflow-artifacts, s3, gs, abfss, wasbs, hdfs, dbfs, dvc or https");
        }
        return location;
    }

    private static RuntimeException refused(String why) {
        return MlflowErrors.breach(
                Breach.SOURCE, "Invalid value for parameter 'artifact_location' supplied: %s.".formatted(why));
    }
}
