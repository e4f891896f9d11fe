package dev.clew.server.tracking;

import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.journal.Index;
import dev.clew.server.journal.Table;

/** The number that stands for a name of a parameter, tag or metric. Never changed, never removed. */
record KeyName(long id, String name) {
    static final Table<KeyName> KEYS = Table.<KeyName>state("key_name")
            .key(1, "key_id", INTEGER, KeyName::id)
            .column(2, "name", TEXT, KeyName::name)
            .unique("byName", "name")
            .withoutHistory()
            .reads(row -> new KeyName(row.integer("key_id"), row.text("name")));
    static final Index<KeyName> BY_NAME = KEYS.index("byName");
    static final String COUNTER = "tracking.key";
}
