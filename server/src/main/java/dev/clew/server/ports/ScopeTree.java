package dev.clew.server.ports;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Instance → organisations → workspaces → projects, as of one access epoch. Rights are inherited downward. Immutable. */
public final class ScopeTree {
    /** What a scope is. */
    public enum Level {
        INSTANCE,
        ORGANISATION,
        WORKSPACE,
        PROJECT
    }

    /** @param parent the instance's is itself */
    public record Scope(int id, int parent, Level level, String name) {}

    private final Map<Integer, Scope> byId = new HashMap<>();
    private final Map<String, Integer> byPath = new TreeMap<>();

    public ScopeTree(Collection<Scope> scopes) {
        scopes.forEach(scope -> byId.put(scope.id(), scope));
        scopes.forEach(scope -> byPath.put(path(scope.id()), scope.id()));
    }

    public Optional<Scope> find(int scope) {
        return Optional.ofNullable(byId.get(scope));
    }

    /** {@code instance}, {@code organisation}, {@code organisation/workspace} or {@code organisation/workspace/project}. */
    public Optional<Scope> named(String path) {
        return Optional.ofNullable(byPath.get(path)).map(byId::get);
    }

    public String path(int scope) {
        Scope found = byId.get(scope);
        if (found == null) {
            return Integer.toString(scope);
        }
        return switch (found.level()) {
            case INSTANCE -> "instance";
            case ORGANISATION -> found.name();
            case WORKSPACE, PROJECT -> path(found.parent()) + "/" + found.name();
        };
    }

    /** Whether {@code scope} is {@code ancestor} or lies in it. An unknown scope lies in the instance. */
    public boolean isWithin(int scope, int ancestor) {
        int at = scope;
        for (int depth = 0; depth <= Level.values().length; depth++) {
            if (at == ancestor) {
                return true;
            }
            Scope found = byId.get(at);
            if (found == null) {
                return byId.containsKey(ancestor) && byId.get(ancestor).level() == Level.INSTANCE;
            }
            if (found.parent() == at) {
                return false;
            }
            at = found.parent();
        }
        return false;
    }

    /** The workspace a scope lies in; a workspace's is itself, a wider scope's the fallback. */
    public int workspaceOf(int scope, int fallback) {
        Scope found = byId.get(scope);
        if (found == null) {
            return fallback;
        }
        return switch (found.level()) {
            case WORKSPACE -> scope;
            case PROJECT -> found.parent();
            case INSTANCE, ORGANISATION -> fallback;
        };
    }

    /** The project {@code default} of a workspace, in which clients work that know no projects. Every workspace has one. */
    public int defaultProjectOf(int workspace) {
        return named(path(workspace) + "/default")
                .orElseThrow(() -> new IllegalStateException("Workspace %d has no project".formatted(workspace)))
                .id();
    }

    /** Whether there is more than one project, so that what is not found in one may lie in another. */
    public boolean hasSeveralProjects() {
        return byId.values().stream()
                        .filter(scope -> scope.level() == Level.PROJECT)
                        .limit(2)
                        .count()
                > 1;
    }

    /** All scope ids, ascending. */
    public int[] all() {
        int[] ids = byId.keySet().stream().mapToInt(Integer::intValue).toArray();
        Arrays.sort(ids);
        return ids;
    }
}
