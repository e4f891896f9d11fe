package dev.clew.server.fsck;

import java.util.Arrays;

/** Compares one row after the other with what entries did to it. Told everything about a row in the order of entries, then its end. */
interface RowCompare {
    void take(SortKey said);

    /** All about this row was told. */
    void end();

    /** State rows and their images. */
    final class State implements RowCompare {
        private final String table;
        private final boolean hasHistory;
        private final Findings findings;
        private byte[] key = new byte[0];
        private long itemSeq = -1;
        private long itemExtra;
        private byte[] itemDigest = new byte[0];
        private long until = -1;
        private long imagedSeq = -1;
        private long erasedImage = -1;
        private long lastErasure = -1;
        private long rowSeq = -1;
        private byte[] rowDigest = new byte[0];
        private boolean hasRow;

        State(String table, boolean hasHistory, Findings findings) {
            this.table = table;
            this.hasHistory = hasHistory;
            this.findings = findings;
        }

        private String where() {
            return table + " " + SortKey.text(key);
        }

        private boolean isThere() {
            return itemSeq >= 0 && (itemExtra & StateSort.DELETED) == 0;
        }

        @Override
        public void take(SortKey said) {
            key = said.key();
            switch (said.rank()) {
                case StateSort.ITEM -> item(said);
                case StateSort.IMAGE -> image(said);
                default -> {
                    hasRow = true;
                    rowSeq = said.seq();
                    rowDigest = said.digest();
                }
            }
        }

        private void item(SortKey said) {
            replaced(said.seq());
            itemSeq = said.seq();
            itemExtra = said.extra();
            itemDigest = said.digest();
            until = -1;
            if ((itemExtra & StateSort.BY_ERASURE) != 0) {
                lastErasure = itemSeq;
            }
        }

        /** The state before was replaced or deleted by entry {@code by}: it must be kept as an image. */
        private void replaced(long by) {
            if (!isThere() || !hasHistory) {
                return;
            }
            if (imagedSeq != itemSeq) {
                findings.add("E-HISTORY", where(), "its state of entry %d is missing".formatted(itemSeq), itemSeq);
            } else if (until != by) {
                findings.add(
                        "E-HISTORY", where(), "its state of entry %d says another end".formatted(itemSeq), itemSeq);
            }
        }

        private void image(SortKey said) {
            boolean erased = (said.extra() & StateSort.ERASED) != 0;
            if (said.seq() != itemSeq || !isThere()) {
                findings.add(
                        "E-HISTORY",
                        where(),
                        "a state of entry %d was never written".formatted(said.seq()),
                        said.seq());
                return;
            }
            imagedSeq = said.seq();
            until = said.extra() & ~StateSort.ERASED;
            if (erased) {
                erasedImage = said.seq();
            } else if (!Arrays.equals(said.digest(), itemDigest)) {
                findings.add("E-HISTORY", where(), "its state of entry %d was edited".formatted(itemSeq), itemSeq);
            }
        }

        @Override
        public void end() {
            if (isThere() && !hasRow) {
                findings.add("E-ROW", where(), "is missing", itemSeq);
            } else if (!isThere() && hasRow) {
                findings.add(
                        "E-ROW",
                        where(),
                        itemSeq < 0 ? "was added without an entry" : "was deleted and is there",
                        itemSeq);
            } else if (hasRow && !Arrays.equals(rowDigest, itemDigest)) {
                findings.add("E-ROW", where(), "was edited", itemSeq);
            } else if (hasRow && rowSeq != itemSeq) {
                findings.add("E-ROW", where(), "names entry %d, which did not write it".formatted(rowSeq), itemSeq);
            }
            if (isThere() && imagedSeq == itemSeq) {
                findings.add("E-HISTORY", where(), "its present state is kept as a past one", itemSeq);
            }
            if (erasedImage >= 0 && lastErasure < erasedImage) {
                findings.add("E-HISTORY", where(), "a past state is empty and no erasure says so", erasedImage);
            }
            itemSeq = -1;
            imagedSeq = -1;
            erasedImage = -1;
            lastErasure = -1;
            hasRow = false;
        }
    }

    /** Bulk rows: one group an entry. */
    final class Bulk implements RowCompare {
        private final String table;
        private final Findings findings;
        private byte[] key = new byte[0];
        private long seq = -1;
        private long count;
        private byte[] digest = new byte[0];
        private boolean hasItem;
        private boolean deleted;
        private boolean hasRow;
        private long rowCount;
        private byte[] rowDigest = new byte[0];

        Bulk(String table, Findings findings) {
            this.table = table;
            this.findings = findings;
        }

        @Override
        public void take(SortKey said) {
            key = said.key();
            seq = said.seq();
            switch (said.rank()) {
                case StateSort.ITEM -> {
                    hasItem = true;
                    count = said.extra();
                    digest = said.digest();
                }
                case StateSort.GROUP_DELETED -> deleted = true;
                default -> {
                    hasRow = true;
                    rowCount = said.extra();
                    rowDigest = said.digest();
                }
            }
        }

        @Override
        public void end() {
            String where = table + " " + SortKey.text(key);
            boolean wanted = hasItem && !deleted;
            if (wanted && !hasRow) {
                findings.add("E-ROW", where, "is missing", seq);
            } else if (!wanted && hasRow) {
                findings.add("E-ROW", where, deleted ? "was deleted and is there" : "was added without an entry", seq);
            } else if (hasRow && (rowCount != count || !Arrays.equals(rowDigest, digest))) {
                findings.add("E-ROW", where, "was edited", seq);
            }
            hasItem = false;
            deleted = false;
            hasRow = false;
        }
    }

    /** Nodes: named by items, else by the first link that mentions them. */
    final class Nodes implements RowCompare {
        private final Findings findings;
        private byte[] key = new byte[0];
        private long mentionSeq = -1;
        private long mentionScope;
        private long nameSeq = -1;
        private byte[] nameDigest = new byte[0];
        private boolean hasRow;
        private long rowSeq;
        private long rowExtra;
        private byte[] rowDigest = new byte[0];

        Nodes(Findings findings) {
            this.findings = findings;
        }

        @Override
        public void take(SortKey said) {
            key = said.key();
            switch (said.rank()) {
                case StateSort.ITEM -> {
                    nameSeq = said.seq();
                    nameDigest = said.digest();
                }
                case StateSort.MENTION -> {
                    if (mentionSeq < 0) {
                        mentionSeq = said.seq();
                        mentionScope = said.extra();
                    }
                }
                default -> {
                    hasRow = true;
                    rowSeq = said.seq();
                    rowExtra = said.extra();
                    rowDigest = said.digest();
                }
            }
        }

        @Override
        public void end() {
            String where = "node " + SortKey.text(key);
            long wrote = nameSeq >= 0 ? nameSeq : mentionSeq;
            boolean named = (rowExtra & StateSort.NAMED) != 0;
            boolean same = nameSeq >= 0
                    ? named && Arrays.equals(rowDigest, nameDigest)
                    : !named && (rowExtra & ~StateSort.NAMED) == mentionScope;
            if (!hasRow) {
                findings.add("E-GRAPH", where, "is missing", wrote);
            } else if (wrote < 0) {
                findings.add("E-GRAPH", where, "was added without an entry");
            } else if (!same || rowSeq != wrote) {
                findings.add("E-GRAPH", where, "was edited", wrote);
            }
            mentionSeq = -1;
            nameSeq = -1;
            hasRow = false;
        }
    }

    /** Links: they begin, end and begin again. */
    final class Links implements RowCompare {
        private final Findings findings;
        private byte[] key = new byte[0];
        private long since = -1;
        private long began = -1;
        private long endedAt = -1;
        private long endedSince = -1;
        private boolean hasRow;
        private long rowSeq;

        Links(Findings findings) {
            this.findings = findings;
        }

        @Override
        public void take(SortKey said) {
            key = said.key();
            switch (said.rank()) {
                case StateSort.MENTION -> mention(said);
                case StateSort.LINK_END -> {
                    if (said.seq() != endedAt || said.extra() != endedSince) {
                        findings.add("E-GRAPH", where(), "is said to have ended otherwise than it did", said.seq());
                    } else {
                        endedAt = -1;
                    }
                }
                default -> {
                    hasRow = true;
                    rowSeq = said.seq();
                }
            }
        }

        private void mention(SortKey said) {
            requireEnd();
            if (said.extra() == 0) {
                if (since < 0) {
                    since = said.seq();
                    began = since;
                }
            } else if (since >= 0) {
                endedAt = said.seq();
                endedSince = since;
                since = -1;
            }
        }

        private void requireEnd() {
            if (endedAt >= 0) {
                findings.add("E-GRAPH", where(), "its end is missing", endedAt);
                endedAt = -1;
            }
        }

        private String where() {
            return "link " + SortKey.text(key);
        }

        @Override
        public void end() {
            requireEnd();
            if (!hasRow && began >= 0) {
                findings.add("E-GRAPH", where(), "is missing", began);
            } else if (hasRow && began < 0) {
                findings.add("E-GRAPH", where(), "was added without an entry");
            } else if (hasRow && rowSeq != began) {
                findings.add("E-GRAPH", where(), "names another entry than the one it began with", began);
            }
            since = -1;
            began = -1;
            hasRow = false;
        }
    }
}
