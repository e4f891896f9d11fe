package dev.clew.server.journal;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Node;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Rel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change, which becomes one entry: what happened to what, with its rows and links. Built fluently inside {@code decide}, read by
 * the journal. Who and, unless said here, why come from the permit.
 */
public final class Change {
    /** Links beyond this number are named by one manifest node. */
    public static final int MAX_LINKS = 1_024;

    private final Act act;
    private final Node resource;
    private final List<RowWrite<?>> rows = new ArrayList<>();
    private final List<RowWrite<?>> derived = new ArrayList<>();
    private final List<Bulk<?>> bulk = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private final List<Link> endedLinks = new ArrayList<>();
    private final List<Named> nodes = new ArrayList<>();
    private final List<byte[]> tags = new ArrayList<>();
    private int scope = -1;
    private @Nullable Body body;
    private Reason.@Nullable Code why;
    private boolean event;
    private boolean changesAccess;

    /** A bulk row: stored as it is, digested point by point. The journal gives it the entry's seq as its key. */
    public record Bulk<R>(Table<R> table, R row) {}

    /** A node's current name, which is state and never in a leaf. */
    public record Named(Node node, String name, int scope) {}

    private Change(Act act, Node resource) {
        this.act = act;
        this.resource = resource;
    }

    public static Change of(Act act, Node resource) {
        if (act.isInner()) {
            throw new IllegalArgumentException("%s stands in records, not in entries of its own".formatted(act.text()));
        }
        return new Change(act, resource);
    }

    /** Scope of what changed; without it the permit's. */
    public Change scope(int scopeId) {
        this.scope = scopeId;
        return this;
    }

    /** Inserts or replaces a state row. Putting an equal row writes nothing; a change without effect has no entry. */
    public <R> Change put(Table<R> table, R row) {
        requireMode(table, Table.Mode.STATE);
        rows.add(new RowWrite.Put<>(table, row));
        return this;
    }

    public <R> Change delete(Table<R> table, Key key) {
        requireMode(table, Table.Mode.STATE);
        rows.add(new RowWrite.Delete<>(table, key));
        return this;
    }

    public <R> Change append(Table<R> table, R row) {
        requireMode(table, Table.Mode.BULK);
        bulk.add(new Bulk<>(table, row));
        return this;
    }

    /** A row of a derived table, in no digest. */
    public <R> Change derive(Table<R> table, R row) {
        requireMode(table, Table.Mode.DERIVED);
        derived.add(new RowWrite.Put<>(table, row));
        return this;
    }

    public <R> Change deriveDelete(Table<R> table, Key key) {
        requireMode(table, Table.Mode.DERIVED);
        derived.add(new RowWrite.Delete<>(table, key));
        return this;
    }

    /** From the thing changed to a cause. The first 32 stand in the leaf. */
    public Change link(Rel rel, Node cause) {
        return link(rel, cause, null);
    }

    public Change link(Rel rel, Node cause, byte @Nullable [] digest) {
        return link(new Link(resource, rel, cause, digest));
    }

    /** Between any two things; its proof is this entry. */
    public Change link(Link link) {
        if (links.size() == MAX_LINKS) {
            throw new IllegalArgumentException(
                    "A change may add at most %d links; link one manifest instead".formatted(MAX_LINKS));
        }
        links.add(link);
        return this;
    }

    /** A logical link that holds no longer (an alias moved); it stays visible as of earlier entries. */
    public Change endLink(Link link) {
        endedLinks.add(link);
        return this;
    }

    /** The current name of a thing, for people who follow the thread. Never in a leaf. */
    public Change name(Node node, String name) {
        return name(node, name, scope);
    }

    public Change name(Node node, String name, int nodeScope) {
        nodes.add(new Named(node, name, nodeScope));
        return this;
    }

    public Change body(Body detached) {
        this.body = detached;
        return this;
    }

    public Change tag(byte[] subjectTag) {
        tags.add(subjectTag.clone());
        return this;
    }

    public Change why(Reason.Code code) {
        this.why = code;
        return this;
    }

    /** Marks a pure event: an entry even though no row changes. */
    public Change event() {
        this.event = true;
        return this;
    }

    /**
     * Marks a change of who may do what: the access epoch rises with it, and permits given before are asked again from the next group
     * on.
     */
    public Change changesAccess() {
        this.changesAccess = true;
        return this;
    }

    public boolean isAccessChange() {
        return changesAccess;
    }

    public Act act() {
        return act;
    }

    public Node resource() {
        return resource;
    }

    /** −1 when the permit's scope holds. */
    public int scope() {
        return scope;
    }

    public List<RowWrite<?>> rows() {
        return List.copyOf(rows);
    }

    public List<RowWrite<?>> derived() {
        return List.copyOf(derived);
    }

    public List<Bulk<?>> bulk() {
        return List.copyOf(bulk);
    }

    public List<Link> links() {
        return List.copyOf(links);
    }

    public List<Link> endedLinks() {
        return List.copyOf(endedLinks);
    }

    public List<Named> nodes() {
        return List.copyOf(nodes);
    }

    public List<byte[]> tags() {
        return List.copyOf(tags);
    }

    public @Nullable Body body() {
        return body;
    }

    public Reason.@Nullable Code why() {
        return why;
    }

    public boolean isEvent() {
        return event;
    }

    private static void requireMode(Table<?> table, Table.Mode mode) {
        if (table.mode() != mode) {
            throw new IllegalArgumentException("Table %s is %s, not %s".formatted(table.name(), table.mode(), mode));
        }
    }
}
