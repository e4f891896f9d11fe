package dev.clew.server.journal;

import dev.clew.ledger.encoding.CborProfile;
import dev.clew.ledger.encoding.CborReader;
import dev.clew.server.storage.Database;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Earlier states of rows: from what to what, and by which entry. Thread-safe; one statement a call. */
public final class RowHistory {
    /** Most images of one answer. */
    public static final int MAX_IMAGES = 1_000;

    private final Database database;

    public RowHistory(Database database) {
        this.database = database;
    }

    /**
     * A state that was replaced or deleted.
     *
     * @param seq entry that wrote it
     * @param until entry that ended it
     * @param fields values by column name ({@code Long}, {@code Double}, {@code String}, {@code byte[]}), nulls left out; null when
     *     the text was erased
     */
    public record Image(long seq, long until, @Nullable Map<String, Object> fields) {}

    /** Images of a row, newest first; the state of now is the row itself. */
    public <R> List<Image> of(Table<R> table, Key key) {
        return database.read(sql -> sql.query("""
                        SELECT seq, until_seq, row_bytes FROM row_image
                        WHERE tab = :tab AND row_key = :key ORDER BY seq DESC LIMIT %d""".formatted(MAX_IMAGES))
                .bind("tab", table.number())
                .bind("key", TableCodec.keyBytes(key))
                .list(row -> new Image(
                        row.integer("seq"), row.integer("until_seq"), fields(table, row.bytesOrNull("row_bytes")))));
    }

    private static <R> @Nullable Map<String, Object> fields(Table<R> table, byte @Nullable [] rowBytes) {
        if (rowBytes == null) {
            return null;
        }
        var names = new LinkedHashMap<Integer, String>();
        table.columns().forEach(column -> names.put(column.field(), column.name()));
        var fields = new LinkedHashMap<String, Object>();
        if (CborReader.decode(CborProfile.VALUE, rowBytes) instanceof Map<?, ?> map) {
            map.forEach((field, value) -> {
                String name = names.get(((Long) field).intValue());
                if (name != null) {
                    fields.put(name, value);
                }
            });
        }
        return fields;
    }
}
