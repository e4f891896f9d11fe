package dev.clew.server.tracking;

import static dev.clew.server.tracking.KeyName.BY_NAME;
import static dev.clew.server.tracking.KeyName.KEYS;

import dev.clew.server.journal.Change;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.util.List;

/**
 * Distinct names a request uses, with the numbers known for them when it was made; −1 where none was known yet. Numbers never change,
 * so a known one needs no look-up.
 */
record Names(List<String> names, long[] known) {
    static final Names NONE = new Names(List.of(), new long[0]);

    void addNeeds(List<Needs.Need> needs) {
        boolean unknown = false;
        for (int i = 0; i < known.length; i++) {
            if (known[i] < 0) {
                unknown = true;
                needs.add(new Needs.Need.ByIndex(BY_NAME, dev.clew.server.journal.Key.of(names.get(i))));
            }
        }
        if (unknown) {
            needs.add(new Needs.Need.NextNumber(KeyName.COUNTER));
        }
    }

    /** Whether a name that was unknown has a number now. */
    boolean moved(State state) {
        for (int i = 0; i < known.length; i++) {
            if (known[i] < 0 && state.find(BY_NAME, names.get(i)).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** Numbers of all names, when none has moved: unknown ones are drawn, and {@code change} gets their rows. */
    long[] resolve(State state, Change change) {
        long[] ids = known.clone();
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0) {
                ids[i] = state.next(KeyName.COUNTER);
                change.put(KEYS, new KeyName(ids[i], names.get(i)));
            }
        }
        return ids;
    }
}
