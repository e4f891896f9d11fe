package dev.clew.server.registry;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Table;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A tag of a registered model or of a version. */
record ModelTag(Uid owner, String key, String value) {
    /** Says that a registered model or a version is a prompt. */
    static final String IS_PROMPT = "mlflow.prompt.is_prompt";

    /** The text of a version of a prompt. */
    static final String PROMPT_TEXT = "mlflow.prompt.text";

    static final Table<ModelTag> MODEL_TAGS = table("registered_model_tag");
    static final Table<ModelTag> VERSION_TAGS = table("model_version_tag");

    private static Table<ModelTag> table(String name) {
        return Table.<ModelTag>state(name)
                .key(1, "owner", BLOB, row -> row.owner().bytes())
                .key(2, "key_id", BLOB, row -> id(row.key()))
                .column(3, "key", TEXT, ModelTag::key)
                .column(4, "value", TEXT, ModelTag::value)
                .reads(row -> new ModelTag(row.uid("owner"), row.text("key"), row.text("value")));
    }

    static Key key(Uid owner, String key) {
        return Key.of(owner, id(key));
    }

    /** Names may be personal, so their digest is the key. */
    static byte[] id(String name) {
        return Hashing.sha256(name.getBytes(StandardCharsets.UTF_8));
    }

    static boolean saysPrompt(Map<String, String> tags) {
        return "true".equalsIgnoreCase(tags.get(IS_PROMPT));
    }
}
