package dev.clew.server.feedback;

import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.HotRecord;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.SeenRecord;
import dev.clew.server.journal.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Appends feedback. An equal repeat under a client id answers as the first did; other content under it is refused, item by item. */
record FeedbackCommand(List<HotRecord> records) implements Command<List<FeedbackCommand.Result>> {
    /** @param first what was recorded under the client id before, if anything */
    record Result(Optional<SeenRecord> first, boolean equal) {}

    @Override
    public Needs needs() {
        return Needs.none();
    }

    @Override
    public Decision<List<Result>> decide(State state, Moment now) {
        var taken = new ArrayList<HotRecord>();
        var results = new ArrayList<Result>();
        for (HotRecord record : records) {
            byte[] clientKey = record.clientKey();
            Optional<SeenRecord> seen = clientKey == null ? Optional.empty() : state.seen(clientKey);
            if (seen.isEmpty()) {
                taken.add(record);
            }
            results.add(
                    new Result(seen, seen.filter(first -> first.isEqual(record)).isPresent()));
        }
        return Decision.records(List.copyOf(results), taken);
    }
}
