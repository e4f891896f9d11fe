package dev.clew.server.journal;

import dev.clew.ledger.encoding.ChangeList;
import dev.clew.ledger.encoding.RowDigest;
import dev.clew.ledger.encoding.RowWriter;
import dev.clew.server.common.Node;
import dev.clew.server.common.Rel;
import java.util.List;

/**
 * How names and links stand in change lists. A link from the thing changed to one of its first 32 causes stands in the leaf already;
 * every other link, every end of a link and every name is an item. So the graph is made again from entries alone, without asking a
 * feature. Stateless.
 */
public final class GraphItems {
    /** Item of a name: key {@link #nodeKey}, digest {@link #nodeDigest}. */
    public static final int NODE = TableNumbers.of("node");
    /** Item of a link that the leaf does not name: key {@link #linkKey}. */
    public static final int LINK = TableNumbers.of("link");
    /** Item of a link that holds no longer: key {@link #linkKey}. */
    public static final int LINK_END = TableNumbers.of("link_end");

    private static final byte[] NO_SALT = new byte[RowDigest.SALT_BYTES];

    private GraphItems() {}

    public static byte[] nodeKey(Node node) {
        return ChangeList.key(List.of((long) node.kind().number(), node.uid().bytes()));
    }

    /** Digest of a node's row: name 1 and scope 2, under the salt that lies in the row and goes when the name is erased. */
    public static byte[] nodeDigest(byte[] salt, String name, long scope) {
        return RowDigest.state(
                NODE, salt, new RowWriter().put(1, name).put(2, scope).toByteArray());
    }

    public static byte[] linkKey(Node from, Rel rel, Node to) {
        return ChangeList.key(List.of(
                (long) from.kind().number(),
                from.uid().bytes(),
                (long) rel.number(),
                (long) to.kind().number(),
                to.uid().bytes()));
    }

    /** Uids and numbers need no salt: they stand in leaves. */
    public static byte[] linkDigest(int table, byte[] linkKey) {
        return RowDigest.state(table, NO_SALT, linkKey);
    }
}
