package dev.clew.server.segments;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The two block files of a segment. */
enum FileKind {
    EVIDENCE("CLEWEVD", "evd"),
    BODIES("CLEWBOD", "bod");

    static final byte VERSION = 1;

    private final byte[] magic;
    private final String extension;

    FileKind(String name, String extension) {
        this.magic = Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 8);
        this.magic[7] = VERSION;
        this.extension = extension;
    }

    /** Seven letters and the version: how such a file begins. */
    byte[] magic() {
        return magic.clone();
    }

    String extension() {
        return extension;
    }
}
