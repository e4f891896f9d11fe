package dev.clew.server.tracking;

import dev.clew.server.common.Uid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one request logs to one run, typed and validated: points, parameters and tags. Built by the protocol, which checks names and
 * lengths. Confined to one request.
 */
public final class LogBatch {
    private final Map<String, Integer> positions = new LinkedHashMap<>();
    private final Points runPoints;
    private final Map<Uid, Points> modelPoints = new LinkedHashMap<>();
    private final Map<String, String> params = new LinkedHashMap<>();
    private final Map<String, String> tags = new LinkedHashMap<>();

    public LogBatch() {
        this(16);
    }

    public LogBatch(int expectedPoints) {
        runPoints = new Points(expectedPoints);
    }

    /** The points of another one, which is used no more. */
    private LogBatch(LogBatch other) {
        runPoints = other.runPoints;
        modelPoints.putAll(other.modelPoints);
        positions.putAll(other.positions);
    }

    /**
     * One point. Given a logged model, it is recorded with the run and with the model.
     *
     * @param timestamp milliseconds, not negative
     */
    public LogBatch metric(
            String key,
            double value,
            long timestamp,
            long step,
            @Nullable Uid model,
            @Nullable String datasetName,
            @Nullable String datasetDigest) {
        int position = position(key);
        runPoints.add(position, step, timestamp, value);
        runPoints.dataset(datasetName, datasetDigest);
        if (model != null) {
            Points points = modelPoints.computeIfAbsent(model, m -> new Points(4));
            points.add(position, step, timestamp, value);
            points.dataset(datasetName, datasetDigest);
        }
        return this;
    }

    public LogBatch param(String key, String value) {
        params.put(key, value);
        return this;
    }

    /** The last value of a key wins. */
    public LogBatch tag(String key, String value) {
        tags.put(key, value);
        return this;
    }

    public int metricCount() {
        return runPoints.size();
    }

    public boolean isEmpty() {
        return runPoints.size() == 0 && modelPoints.isEmpty() && params.isEmpty() && tags.isEmpty();
    }

    /** The same points, and those parameters and tags that are not among these. */
    LogBatch without(Set<String> knownParams, Set<String> knownTags) {
        var rest = new LogBatch(this);
        params.forEach((key, value) -> {
            if (!knownParams.contains(key)) {
                rest.params.put(key, value);
            }
        });
        tags.forEach((key, value) -> {
            if (!knownTags.contains(key)) {
                rest.tags.put(key, value);
            }
        });
        return rest;
    }

    Points runPoints() {
        return runPoints;
    }

    Map<Uid, Points> modelPoints() {
        return modelPoints;
    }

    Map<String, String> params() {
        return params;
    }

    Map<String, String> tags() {
        return tags;
    }

    /** All names in order of position: those of points first. */
    List<String> names() {
        params.keySet().forEach(this::position);
        tags.keySet().forEach(this::position);
        return new ArrayList<>(positions.keySet());
    }

    int position(String name) {
        return positions.computeIfAbsent(name, n -> positions.size());
    }
}
