package dev.clew.server.deployments;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Index;
import dev.clew.server.journal.Table;

/**
 * One person's vote on an approval; its reason is the body of the entry that wrote it.
 *
 * @param selfApproved whether the voter is also requester or contributor, which only solo mode lets pass
 */
record Vote(Uid approval, String voter, Uid version, boolean granted, boolean selfApproved, long votedAt) {
    static final Table<Vote> VOTES = Table.<Vote>state("approval_vote")
            .key(1, "approval", BLOB, row -> row.approval().bytes())
            .key(2, "voter", TEXT, Vote::voter)
            .column(6, "version", BLOB, row -> row.version().bytes())
            .column(3, "granted", INTEGER, row -> row.granted() ? 1L : 0L)
            .column(4, "self_approved", INTEGER, row -> row.selfApproved() ? 1L : 0L)
            .column(5, "voted_at", INTEGER, Vote::votedAt)
            .index("ofApproval", "approval")
            .index("ofVersion", "version")
            .reads(row -> new Vote(
                    row.uid("approval"),
                    row.text("voter"),
                    row.uid("version"),
                    row.flag("granted"),
                    row.flag("self_approved"),
                    row.integer("voted_at")));

    static final Index<Vote> OF_APPROVAL = VOTES.index("ofApproval");
    static final Index<Vote> OF_VERSION = VOTES.index("ofVersion");
}
