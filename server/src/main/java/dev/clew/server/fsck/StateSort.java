package dev.clew.server.fsck;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.CborProfile;
import dev.clew.ledger.encoding.CborReader;
import dev.clew.ledger.encoding.ChangeList;
import dev.clew.ledger.encoding.EntryRef;
import dev.clew.ledger.encoding.Submission;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.GraphItems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that says something about a row, brought together by sorting: what entries did to it, its images, the row itself. Confined to
 * one thread.
 */
final class StateSort implements AutoCloseable {
    /** What an entry did: extra 1 = deleted, 2 = by an act that erases; of bulk rows their number. */
    static final int ITEM = 0;
    /** A bulk group deleted by a later entry: extra = that entry. */
    static final int GROUP_DELETED = 1;
    /** An earlier state: extra = entry that ended it; {@link #ERASED} when its text is gone. */
    static final int IMAGE = 2;
    /** A node named by a link: extra = scope of that entry. Of links: extra 0 = began, 1 = ended. */
    static final int MENTION = 3;
    /** The end of a link as it is stored: extra = since when it held. */
    static final int LINK_END = 4;
    /** The row as it is stored: of bulk rows extra = their number, of nodes scope and {@link #NAMED}. */
    static final int ROW = 5;

    static final long DELETED = 1;
    static final long BY_ERASURE = 2;
    static final long ERASED = 1L << 62;
    static final long NAMED = 1L << 62;

    private static final int KEPT_NODES = 65_536;

    private final ExternalSort sort;
    private final SortKey key = new SortKey();
    private final Map<Node, Boolean> mentioned = new LinkedHashMap<>(1_024, 0.75f, true);

    StateSort(Path temporary) throws IOException {
        sort = new ExternalSort(temporary);
    }

    private void add(int table, byte[] rowKey, long seq, int rank, long extra, byte[] digest) throws IOException {
        key.set(table, rowKey, seq, rank, extra, digest);
        sort.add(key.bytes(), key.length());
    }

    void row(int table, byte[] rowKey, long seq, long extra, byte[] digest) throws IOException {
        add(table, rowKey, seq, ROW, extra, digest);
    }

    void image(int table, byte[] rowKey, long seq, long until, byte[] digest) throws IOException {
        add(table, rowKey, seq, IMAGE, until, digest);
    }

    void linkEnd(byte[] linkKey, long seq, long since) throws IOException {
        add(GraphItems.LINK, linkKey, seq, LINK_END, since, new byte[32]);
    }

    /** Everything one entry says of state and graph. */
    void entry(GroupCheck.Entry entry) throws IOException {
        long seq = entry.seq();
        Submission said = entry.submission();
        long flags = Act.parse(said.act()).filter(Act::erases).isPresent() ? BY_ERASURE : 0;
        long scope = said.scope() == null ? 0 : said.scope();
        refs(said, seq, scope);
        for (ChangeList.Item item : entry.items()) {
            byte[] digest = item.digest();
            if (item.table() == GraphItems.LINK || item.table() == GraphItems.LINK_END) {
                link(item.key(), seq, scope, item.table() == GraphItems.LINK_END);
            } else if (item.table() >= 256) {
                bulk(item, seq);
            } else {
                add(
                        item.table(),
                        item.key(),
                        seq,
                        ITEM,
                        flags | (digest == null ? DELETED : 0),
                        digest == null ? new byte[32] : digest);
            }
        }
    }

    private void bulk(ChangeList.Item item, long seq) throws IOException {
        Object read = CborReader.decode(CborProfile.VALUE, item.key());
        if (read instanceof Long count) {
            byte[] digest = item.digest();
            add(item.table(), ChangeList.key(List.of(seq)), seq, ITEM, count, digest == null ? new byte[32] : digest);
        } else if (read instanceof List<?> origin && origin.getFirst() instanceof Long of) {
            add(item.table(), item.key(), of, GROUP_DELETED, seq, new byte[32]);
        }
    }

    /** The links that stand in the leaf. */
    private void refs(Submission said, long seq, long scope) throws IOException {
        var resource = said.resource();
        if (resource == null) {
            return;
        }
        for (EntryRef ref : said.refs()) {
            var from = Kind.parse(resource.kind());
            var rel = Rel.parse(ref.rel());
            var to = Kind.parse(ref.kind());
            if (from.isPresent() && rel.isPresent() && to.isPresent()) {
                Node effect = Node.of(from.get(), Uid.of(resource.uid()));
                link(GraphItems.linkKey(effect, rel.get(), Node.of(to.get(), Uid.of(ref.uid()))), seq, scope, false);
            }
        }
    }

    private void link(byte[] linkKey, long seq, long scope, boolean ends) throws IOException {
        add(GraphItems.LINK, linkKey, seq, MENTION, ends ? 1 : 0, new byte[32]);
        if (CborReader.decode(CborProfile.VALUE, linkKey) instanceof List<?> parts && parts.size() == 5) {
            mention(node(parts.get(0), parts.get(1)), seq, scope);
            mention(node(parts.get(3), parts.get(4)), seq, scope);
        }
    }

    private static Node node(Object kind, Object uid) {
        return Node.of(Kind.of(((Long) kind).intValue()), Uid.of((byte[]) uid));
    }

    /** Only the first mention counts; those lately seen are not repeated. */
    private void mention(Node node, long seq, long scope) throws IOException {
        if (mentioned.put(node, true) == null) {
            add(GraphItems.NODE, GraphItems.nodeKey(node), seq, MENTION, scope, new byte[32]);
            if (mentioned.size() > KEPT_NODES) {
                var oldest = mentioned.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
        }
    }

    /** Gives everything in order; what is given is lent. */
    void forEach(ExternalSort.Consumer consumer) throws IOException {
        sort.forEach(consumer);
    }

    long size() {
        return sort.size();
    }

    @Override
    public void close() throws IOException {
        sort.close();
    }
}
