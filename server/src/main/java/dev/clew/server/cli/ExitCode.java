package dev.clew.server.cli;

import dev.clew.server.common.ClewException;

/** What a command's end says. The same numbers for every command; documented in the reference. */
public final class ExitCode {
    /** Done; valid; clean. */
    public static final int OK = 0;
    /** Not done, refused, invalid, or findings. */
    public static final int FAILED = 1;
    /** Cannot be decided with what was given. */
    public static final int UNDECIDED = 2;
    /** The command line is wrong. */
    public static final int USAGE = 3;
    /** Our fault, or the disk's. */
    public static final int INTERNAL = 70;
    /** The configuration is wrong. */
    public static final int CONFIGURATION = 78;

    private ExitCode() {}

    static int of(ClewException failure) {
        return switch (failure.code()) {
            case CONFIGURATION -> CONFIGURATION;
            case USAGE -> USAGE;
            case INTERNAL -> INTERNAL;
            default -> FAILED;
        };
    }
}
