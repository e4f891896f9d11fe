package dev.clew.server.privacy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Caller;
import dev.clew.server.ports.PersonalData;
import dev.clew.server.ports.PersonalReads;
import dev.clew.server.ports.Principals;
import dev.clew.server.vault.Vault;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the organisation holds of a person, and who looked at it. Thread-safe. Every answer that tells something of a person is recorded
 * durably before it is given.
 */
public final class Subjects {
    /** Bits of what was shown; the first ones are those of a decision. */
    private static final int IN_FULL = 1 | 2 | 4 | 8 | 16;

    private static final int LOOKUP = 32;
    private static final int WHO_LOOKED = 64;

    /** More rows than one read can have noted, so that a page always holds one read whole. */
    private static final int ACCESSES = 10_001;

    private static final int MAX_NAMED = 100;

    /** Below every id. */
    static final Uid FIRST = Uid.of(new byte[16]);

    private final Vault vault;
    private final PersonalReads reads;
    private final Principals principals;
    private final List<PersonalData> data;
    private final List<PersonalData.View> views;
    private final Handles handles;

    /** The handle of a subject who is known. */
    public record Found(String handle, Instant expiresAt) {}

    /**
     * A record of a person.
     *
     * @param content all it says; null when it was withheld
     * @param withheld why it is not shown, null when it is
     * @param proof where its proof is found, null for what has none of its own
     */
    public record Held(
            String kind,
            String id,
            Instant recordedAt,
            @Nullable Long seq,
            @Nullable Integer i,
            @Nullable Object content,
            @Nullable String withheld,
            @Nullable String proof) {}

    /**
     * One read of a person's records.
     *
     * @param id of its record {@code access.personal}
     * @param roles that the reader holds now
     * @param who the reader, for privacy officers alone
     * @param records the ids of what was read, at most {@value #MAX_NAMED}
     */
    public record Look(
            String id,
            Instant at,
            String purpose,
            String channel,
            List<String> roles,
            @Nullable String who,
            int count,
            List<String> records) {}

    /** A page that says where the next one starts; null on the last one. */
    public record Part<T>(List<T> items, @Nullable String next) {}

    Subjects(
            Vault vault,
            PersonalReads reads,
            Principals principals,
            List<PersonalData> data,
            List<PersonalData.View> views,
            Handles handles) {
        this.vault = vault;
        this.reads = reads;
        this.principals = principals;
        this.data = List.copyOf(data);
        this.views = List.copyOf(views);
        this.handles = handles;
    }

    /**
     * Finds a person by an id of the organisation's systems.
     *
     * @throws ClewException NOT_FOUND when nothing is held under it; never quotes the id
     */
    public Found lookup(
            Permit permit, String namespace, @Nullable String purpose, String subjectNamespace, String subjectId) {
        Optional<Uid> psid = vault.findSubject(namespace, subjectNamespace, subjectId);
        reads.recordSubject(permit, namespace, purpose, LOOKUP, psid.orElse(null), List.of());
        Handles.Issued issued = psid.map(known -> handles.issue(known, namespace, permit.who()))
                .orElseThrow(
                        () -> new ClewException(
                                ErrorCode.NOT_FOUND,
                                "Nothing is held under this id in this namespace of subjects; check both. What was erased is not found any more."));
        return new Found(issued.handle(), issued.expiresAt());
    }

    /** Scopes in which records of the subject lie: what concerns all of them is asked for in each. */
    public Set<Integer> scopes(String who, String handle) {
        return scopes(data, handles.require(handle, who).psid());
    }

    static Set<Integer> scopes(List<PersonalData> data, Uid psid) {
        var scopes = new TreeSet<Integer>();
        for (PersonalData each : data) {
            for (PersonalData.Item item : each.list(psid, FIRST, Integer.MAX_VALUE)) {
                scopes.add(item.scope());
            }
        }
        return scopes;
    }

    /**
     * All that is held of a person, by id.
     *
     * @param scope where records may be read in full; what lies elsewhere is named and withheld
     * @param after id of the last record of the page before, or null
     */
    public Part<Held> access(
            Permit permit,
            String handle,
            @Nullable String purpose,
            AuthorizedScope scope,
            @Nullable Uid after,
            int limit) {
        Handles.Held subject = handles.require(handle, permit.who());
        Uid from = after == null ? FIRST : after;
        List<PersonalData.Item> found = data.stream()
                .flatMap(each -> each.list(subject.psid(), from, limit).stream())
                .sorted(Comparator.comparing(PersonalData.Item::id))
                .limit(limit)
                .toList();
        List<PersonalData.Item> shown = found.stream()
                .filter(item -> !scope.masked() && scope.contains(item.scope()))
                .toList();
        reads.recordSubject(
                permit,
                subject.namespace(),
                purpose,
                IN_FULL,
                subject.psid(),
                shown.stream().map(PersonalData.Item::id).toList());
        return new Part<>(
                found.stream().map(item -> held(item, shown.contains(item))).toList(),
                found.size() < limit ? null : found.getLast().id().dashed());
    }

    private Held held(PersonalData.Item item, boolean shown) {
        Object content = shown
                ? views.stream()
                        .flatMap(view -> view.show(item).stream())
                        .findFirst()
                        .orElse(null)
                : null;
        return new Held(
                item.kind(),
                item.id().dashed(),
                time(item.micros()),
                item.seq() < 0 ? null : item.seq(),
                item.seq() < 0 ? null : item.index(),
                content,
                shown ? null : "you may not read it in its scope",
                item.kind().equals("decision.record")
                        ? "/api/clew/v1/decisions/%s/proof".formatted(item.id().dashed())
                        : null);
    }

    /**
     * Who looked at a person's records, newest first.
     *
     * @param named whether readers are named
     * @param before microseconds below which the page starts, or null
     */
    public Part<Look> reads(
            Permit permit, String handle, @Nullable String purpose, boolean named, @Nullable Long before, int limit) {
        Handles.Held subject = handles.require(handle, permit.who());
        reads.recordSubject(permit, subject.namespace(), purpose, WHO_LOOKED, subject.psid(), List.of());
        List<Vault.Access> rows = vault.accesses(subject.psid(), before == null ? Long.MAX_VALUE : before, ACCESSES);
        var byRead = new LinkedHashMap<Uid, List<Vault.Access>>();
        rows.forEach(row ->
                byRead.computeIfAbsent(row.record(), _ -> new ArrayList<>()).add(row));
        List<List<Vault.Access>> whole = new ArrayList<>(byRead.values());
        boolean isLast = rows.size() < ACCESSES;
        if (!isLast && whole.size() > 1) {
            // What the last read noted may go on behind these rows.
            whole.removeLast();
        }
        int taken = Math.min(limit, whole.size());
        while (taken > 0 && taken < whole.size() && micros(whole.get(taken)) == micros(whole.get(taken - 1))) {
            taken++;
        }
        List<Look> looks =
                whole.subList(0, taken).stream().map(read -> look(read, named)).toList();
        return new Part<>(looks, isLast && taken == whole.size() ? null : String.valueOf(micros(whole.get(taken - 1))));
    }

    /** All rows of one read have one time. */
    private static long micros(List<Vault.Access> read) {
        return read.getFirst().micros();
    }

    private Look look(List<Vault.Access> read, boolean named) {
        Vault.Access first = read.getFirst();
        return new Look(
                first.record().dashed(),
                time(first.micros()),
                first.purpose(),
                "api",
                principals.caller(first.who()).held().stream()
                        .map(Caller.Held::role)
                        .distinct()
                        .toList(),
                named ? first.who() : null,
                read.size(),
                read.stream()
                        .map(Vault.Access::about)
                        .filter(about -> !about.equals(first.record()))
                        .limit(MAX_NAMED)
                        .map(Uid::dashed)
                        .toList());
    }

    static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    static @Nullable Instant timeOrNull(@Nullable Long micros) {
        return micros == null ? null : time(micros);
    }
}
