package dev.clew.server.decisions;

import dev.clew.server.common.FieldMap;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Journal;
import dev.clew.server.ports.PersonalData;
import dev.clew.server.ports.Records;
import dev.clew.server.vault.Vault;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A person's high-rate records: decisions, attributes and conflicts, and what others added to them. All of them are stored here, so all
 * are listed and forgotten here; explanations and feedback are put in words by their own features. Thread-safe.
 */
public final class PersonalRecords implements PersonalData, PersonalData.View {
    private static final Permit PERMIT = Permit.system(Permission.SUBJECT_ERASE, Scopes.DEFAULT_ORGANISATION);

    private final Journal journal;
    private final RecordStore records;
    private final Decisions decisions;
    private final Vault vault;

    public PersonalRecords(Journal journal, RecordStore records, Decisions decisions, Vault vault) {
        this.journal = journal;
        this.records = records;
        this.decisions = decisions;
        this.vault = vault;
    }

    @Override
    public List<Item> list(Uid psid, Uid after, int limit) {
        var first = new PriorityQueue<Item>(Comparator.comparing(Item::id).reversed());
        records.forEachUnder(psid, record -> {
            if (record.id().compareTo(after) > 0) {
                first.add(new Item(
                        record.act().text(),
                        record.id(),
                        record.scope(),
                        record.seq(),
                        record.index(),
                        record.micros()));
                if (first.size() > limit) {
                    first.poll();
                }
            }
        });
        return first.stream().sorted(Comparator.comparing(Item::id)).toList();
    }

    @Override
    public Optional<Object> show(Item item) {
        return records.find(item.id())
                .filter(record -> record.body().length > 0)
                .flatMap(record -> Optional.ofNullable(shown(record)));
    }

    private @Nullable Object shown(Records.Stored record) {
        return switch (record.act()) {
            case DECISION_RECORD, DECISION_CONFLICT -> decisions.view(record, false, true);
            case DECISION_ATTRIBUTES -> attributes(record);
            default -> null;
        };
    }

    private Map<String, Object> attributes(Records.Stored record) {
        var shown = new LinkedHashMap<String, Object>();
        Uid decision = record.target();
        if (decision != null) {
            shown.put("decision", decision.dashed());
        }
        Openings.open(vault, record)
                .ifPresent(body -> shown.put("attributes", Openings.attributes(FieldMap.read(body))));
        return shown;
    }

    @Override
    public Set<Uid> keyIds(Predicate<Uid> wanted) {
        return records.keyIds(wanted);
    }

    @Override
    public long forget(Uid psid) {
        var ids = new HashSet<Uid>();
        records.forEachUnder(psid, record -> ids.add(record.id()));
        decisions.forget(ids);
        return journal.eraseRecords(PERMIT, psid.bytes());
    }

    @Override
    public boolean holds(Uid psid) {
        return records.holds(psid);
    }
}
