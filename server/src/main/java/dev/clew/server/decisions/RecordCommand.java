package dev.clew.server.decisions;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.HotRecord;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.SeenRecord;
import dev.clew.server.journal.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records a request's items in order, each with the records that go with it. An item under a client id that was seen is not recorded
 * again: equal content answers as the first did, other content is a conflict, which the caller records as such.
 */
record RecordCommand(List<Item> items) implements Command<List<RecordCommand.Result>> {
    /** @param with recorded exactly when {@code main} is: protected attributes */
    record Item(HotRecord main, @Nullable HotRecord with) {}

    /** What became of one item. */
    sealed interface Result {
        record Created() implements Result {}

        record Duplicate(Uid first) implements Result {}

        record Conflict(Uid first) implements Result {}
    }

    @Override
    public Needs needs() {
        return Needs.none();
    }

    @Override
    public Decision<List<Result>> decide(State state, Moment now) {
        var records = new ArrayList<HotRecord>(items.size());
        var results = new ArrayList<Result>(items.size());
        Map<ClientKey, SeenRecord> here = new HashMap<>();
        for (Item item : items) {
            HotRecord record = item.main();
            byte[] clientKey = record.clientKey();
            if (clientKey != null) {
                var key = new ClientKey(clientKey);
                SeenRecord seen = here.get(key);
                if (seen == null) {
                    seen = state.seen(clientKey).orElse(null);
                }
                if (seen != null) {
                    results.add(
                            seen.isEqual(record) ? new Result.Duplicate(seen.id()) : new Result.Conflict(seen.id()));
                    continue;
                }
                here.put(key, SeenRecord.of(record));
            }
            records.add(record);
            if (item.with() != null) {
                records.add(item.with());
            }
            results.add(new Result.Created());
        }
        return Decision.records(List.copyOf(results), records);
    }

    private record ClientKey(byte[] bytes) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ClientKey key && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }
}
