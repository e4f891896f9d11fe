package dev.clew.server.registry;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.Artifacts;
import dev.clew.server.storage.Blobs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Files of runs and logged models, in memory: runs in experiment 1, logged models beside them. */
final class FilesInMemory implements Artifacts {
    private record Owner(@Nullable Uid run, @Nullable Uid model, Set<String> persons, int scope) {}

    private final Map<String, Owner> owners = new ConcurrentHashMap<>();
    private final Map<String, List<File>> files = new ConcurrentHashMap<>();

    void run(Uid run, int scope, String... persons) {
        owners.put("mlflow-artifacts:/1/" + run.hex() + "/artifacts", new Owner(run, null, Set.of(persons), scope));
    }

    void model(Uid model, @Nullable Uid run, int scope, String... persons) {
        owners.put(location(model), new Owner(run, model, Set.of(persons), scope));
    }

    static String location(Uid model) {
        return "mlflow-artifacts:/1/models/m-" + model.hex() + "/artifacts";
    }

    void file(String location, String path, long size, String content) {
        files.computeIfAbsent(location, _ -> new ArrayList<>())
                .add(new File(path, size, Hashing.sha256(content.getBytes(StandardCharsets.UTF_8))));
    }

    @Override
    public Optional<Folder> folder(int project, String source) {
        String location = source;
        if (source.startsWith("models:/m-")) {
            location = "mlflow-artifacts:/1/models/" + source.substring("models:/".length()) + "/artifacts";
        } else if (source.startsWith("runs:/")) {
            String[] parts = source.substring("runs:/".length()).split("/", 2);
            location = "mlflow-artifacts:/1/" + parts[0] + "/artifacts" + (parts[1].isEmpty() ? "" : "/" + parts[1]);
        }
        for (var each : owners.entrySet()) {
            if (each.getValue().scope == project
                    && (location.equals(each.getKey()) || location.startsWith(each.getKey() + "/"))) {
                Owner owner = each.getValue();
                String path = location.substring(each.getKey().length()).replaceFirst("^/", "");
                return Optional.of(new Folder(owner.run, owner.model, path, location, owner.persons, owner.scope));
            }
        }
        return Optional.empty();
    }

    @Override
    public List<File> files(Folder folder) {
        return List.copyOf(files.getOrDefault(folder.location(), List.of()));
    }

    @Override
    public Optional<Blobs.Opened> open(byte[] sha256) {
        return Optional.empty();
    }
}
