package dev.clew.server.segments;

import java.io.IOException;

/** A file of a segment is not what was written. */
final class DamagedFile extends IOException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long offset;
    private final String what;

    /** @param file name without a directory */
    DamagedFile(String file, long offset, String what) {
        super("%s at %d: %s".formatted(file, offset, what));
        this.file = file;
        this.offset = offset;
        this.what = what;
    }

    String file() {
        return file;
    }

    long offset() {
        return offset;
    }

    String what() {
        return what;
    }
}
