package dev.clew.server.storage;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** A real database that tells how many statements its reads ran, and can be told to refuse reads from one on. */
public final class CountedDatabase implements Database {
    private final Database database;
    private final AtomicLong statements = new AtomicLong();
    private final AtomicLong readsLeft = new AtomicLong(Long.MAX_VALUE);

    public CountedDatabase(Database database) {
        this.database = database;
    }

    /** Statements of reads since it was opened. */
    public long statements() {
        return statements.get();
    }

    /** This many reads go on; those behind them find the store gone. */
    public void refuseAfter(long reads) {
        readsLeft.set(reads);
    }

    @Override
    public Dialect dialect() {
        return database.dialect();
    }

    @Override
    public <T> T read(Function<Sql, T> work) {
        if (readsLeft.getAndDecrement() <= 0) {
            throw new ClewException(ErrorCode.UNAVAILABLE, "The store is gone.");
        }
        return database.read(sql -> work.apply(new Sql() {
            @Override
            public Query query(String text) {
                statements.incrementAndGet();
                return sql.query(text);
            }

            @Override
            public Dialect dialect() {
                return sql.dialect();
            }
        }));
    }

    @Override
    public Snapshot snapshot() {
        return database.snapshot();
    }

    @Override
    public void copyTo(Path file) {
        database.copyTo(file);
    }

    @Override
    public Writer openWriter() {
        return database.openWriter();
    }

    @Override
    public void close() {
        database.close();
    }
}
