package dev.clew.server.tracking;

import dev.clew.server.storage.Database;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The dictionary of names, remembered. Numbers never change, so what is remembered never goes stale. Thread-safe. */
final class Keys {
    /** Names kept in memory; beyond it the dictionary is read. */
    private static final int MAX_KEPT = 500_000;

    private final Database database;
    private final Map<String, Long> byName = new ConcurrentHashMap<>();
    private final Map<Long, String> byId = new ConcurrentHashMap<>();

    Keys(Database database) {
        this.database = database;
    }

    /** Distinct names with the numbers known; reads the dictionary once if some are not in memory. */
    Names names(Collection<String> wanted) {
        var names = List.copyOf(new LinkedHashMap<>(positions(wanted)).keySet());
        var missing = names.stream().filter(name -> !byName.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            database.read(sql -> sql.query("SELECT key_id, name FROM key_name WHERE name %s"
                                    .formatted(sql.dialect().inTexts("names")))
                            .texts("names", missing)
                            .list(KeyName.KEYS::read))
                    .forEach(this::remember);
        }
        long[] known = new long[names.size()];
        for (int i = 0; i < known.length; i++) {
            known[i] = byName.getOrDefault(names.get(i), -1L);
        }
        return new Names(names, known);
    }

    /** Position of each distinct name, in order of first use. */
    static Map<String, Integer> positions(Collection<String> wanted) {
        var positions = new LinkedHashMap<String, Integer>();
        for (String name : wanted) {
            positions.putIfAbsent(name, positions.size());
        }
        return positions;
    }

    void remember(Names names, long[] ids) {
        for (int i = 0; i < ids.length; i++) {
            remember(new KeyName(ids[i], names.names().get(i)));
        }
    }

    private void remember(KeyName key) {
        if (byName.size() < MAX_KEPT) {
            byName.put(key.name(), key.id());
            byId.put(key.id(), key.name());
        }
    }

    /** Number of a name, or −1 if nobody ever used it. */
    long find(Sql sql, String name) {
        Long known = byName.get(name);
        if (known != null) {
            return known;
        }
        var found = sql.query("SELECT key_id, name FROM key_name WHERE name = :name")
                .bind("name", name)
                .first(KeyName.KEYS::read);
        found.ifPresent(this::remember);
        return found.map(KeyName::id).orElse(-1L);
    }

    /** Names of numbers; at most one statement. */
    Map<Long, String> names(Sql sql, Collection<Long> ids) {
        var names = new HashMap<Long, String>();
        var missing = new ArrayList<Long>();
        for (Long id : ids) {
            String name = byId.get(id);
            if (name != null) {
                names.put(id, name);
            } else {
                missing.add(id);
            }
        }
        if (!missing.isEmpty()) {
            sql.query("SELECT key_id, name FROM key_name WHERE key_id %s"
                            .formatted(sql.dialect().inIntegers("ids")))
                    .integers("ids", missing.stream().mapToLong(Long::longValue).toArray())
                    .list(KeyName.KEYS::read)
                    .forEach(key -> {
                        remember(key);
                        names.put(key.id(), key.name());
                    });
        }
        return names;
    }
}
