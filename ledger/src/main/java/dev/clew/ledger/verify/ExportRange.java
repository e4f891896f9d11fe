package dev.clew.ledger.verify;

import dev.clew.ledger.encoding.CanonicalText;
import dev.clew.ledger.tiles.Tile;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Which entries an export claims to hold: {@code [from, to)}. */
record ExportRange(long from, long to) {
    static final String FILE = "range";

    /** Reads the file {@code range}; without it the export holds everything. */
    static ExportRange read(ExportFiles files, long size) throws CheckFailed {
        Optional<byte[]> file = files.read(FILE);
        if (file.isEmpty()) {
            return new ExportRange(0, size);
        }
        String[] lines = new String(file.get(), StandardCharsets.ISO_8859_1).split("\n", -1);
        try {
            if (lines.length == 3 && lines[0].startsWith("from ") && lines[1].startsWith("to ") && lines[2].isEmpty()) {
                ExportRange range = new ExportRange(
                        CanonicalText.parseDecimal(lines[0].substring(5)),
                        CanonicalText.parseDecimal(lines[1].substring(3)));
                if (range.from <= range.to && range.to <= size) {
                    return range;
                }
            }
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
        throw malformed();
    }

    private static CheckFailed malformed() {
        return CheckFailed.missing(Check.E01, "the file range is not \"from A\", \"to B\" within the log");
    }

    /** True if the export should hold the bundle. */
    boolean covers(Tile bundle) {
        long start = bundle.index() * Tile.FULL;
        return start < to && start + bundle.width() > from;
    }
}
