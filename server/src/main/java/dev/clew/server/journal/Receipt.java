package dev.clew.server.journal;

import java.util.List;

/**
 * A durable answer: the transaction with these entries is committed and forced.
 *
 * @param answer what the command decided
 * @param entries the entries it wrote, adjacent; empty when nothing changed
 */
public record Receipt<R>(R answer, List<Entry> entries) {
    /** One entry as a receipt names it. */
    public record Entry(long seq, long micros, byte[] leafHash) {}

    /** The numbers of its entries, in order. */
    public List<Long> seqs() {
        return entries.stream().map(Entry::seq).toList();
    }
}
