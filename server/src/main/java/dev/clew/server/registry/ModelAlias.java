package dev.clew.server.registry;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Index;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Table;

/** A movable name of one version of a model. */
record ModelAlias(Uid model, String alias, Uid version) {
    static final Table<ModelAlias> ALIASES = Table.<ModelAlias>state("model_alias")
            .key(1, "model", BLOB, row -> row.model().bytes())
            .key(2, "alias_id", BLOB, row -> ModelTag.id(row.alias()))
            .column(3, "alias", TEXT, ModelAlias::alias)
            .column(4, "version", BLOB, row -> row.version().bytes())
            .index("ofModel", "model")
            .index("ofVersion", "version")
            .reads(row -> new ModelAlias(row.uid("model"), row.text("alias"), row.uid("version")));
    static final Index<ModelAlias> OF_MODEL = ALIASES.index("ofModel");
    static final Index<ModelAlias> OF_VERSION = ALIASES.index("ofVersion");

    static Key key(Uid model, String alias) {
        return Key.of(model, ModelTag.id(alias));
    }
}
