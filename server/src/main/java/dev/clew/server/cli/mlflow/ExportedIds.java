package dev.clew.server.cli.mlflow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which thing there stands for which of ours, and what is left for the end. About 200 bytes a run. Confined to one thread. */
final class ExportedIds {
    private final Map<String, String> experiments = new LinkedHashMap<>();
    private final Map<String, String> runs = new HashMap<>();
    private final Map<String, String> sources = new HashMap<>();
    private final Map<String, String> models = new HashMap<>();
    private final Map<String, List<Source.ModelUse>> uses = new LinkedHashMap<>();
    private final Map<String, String> parents = new LinkedHashMap<>();
    private final List<String> deletions = new ArrayList<>();
    private final Set<String> deletedThere = new HashSet<>();

    void putExperiment(String here, String there) {
        experiments.put(here, there);
    }

    @Nullable
    String experiment(String here) {
        return experiments.get(here);
    }

    void putRun(String here, String there) {
        runs.put(here, there);
        sources.put(there, here);
    }

    @Nullable
    String run(String here) {
        return runs.get(here);
    }

    /** The run here that a run there stands for. */
    @Nullable
    String source(String there) {
        return sources.get(there);
    }

    void putModel(String here, String there) {
        models.put(here, there);
    }

    @Nullable
    String model(String here) {
        return models.get(here);
    }

    /** Logged models that a run read and made, told once the models are there. */
    void putUses(String run, List<Source.ModelUse> of) {
        uses.put(run, of);
    }

    Map<String, List<Source.ModelUse>> uses() {
        return uses;
    }

    /** Labels with the value of one key, a run's id here, replaced by its id there; left out while that is not known. */
    Map<String, String> mapped(Map<String, String> labels, String runKey) {
        String here = labels.get(runKey);
        if (here == null) {
            return labels;
        }
        var mapped = new LinkedHashMap<>(labels);
        String there = runs.get(here);
        if (there == null) {
            mapped.remove(runKey);
        } else {
            mapped.put(runKey, there);
        }
        return mapped;
    }

    /** Names a parent that has not come yet. */
    void parentLater(String child, String parentHere) {
        parents.put(child, parentHere);
    }

    Map<String, String> parents() {
        return parents;
    }

    void deleteLater(String run) {
        deletions.add(run);
    }

    List<String> deletions() {
        return deletions;
    }

    void putDeletedThere(String run) {
        deletedThere.add(run);
    }

    boolean isDeletedThere(String run) {
        return deletedThere.contains(run);
    }
}
