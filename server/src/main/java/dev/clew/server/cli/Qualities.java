package dev.clew.server.cli;

import dev.clew.quality.QualityException;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** What the commands about tables share: the exit codes of their failures, and writing a page. */
final class Qualities {
    private Qualities() {}

    /** Runs a command; a table that cannot be read ends it with {@link ExitCode#UNDECIDED}. */
    static Integer told(Callable<Integer> command) {
        try {
            return command.call();
        } catch (QualityException e) {
            return failed(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ClewException(ErrorCode.INTERNAL, "An unexpected error.", e);
        }
    }

    /** Says why a table cannot be read; a wrong name is the caller's, all else is {@link ExitCode#UNDECIDED}. */
    static int failed(QualityException failure) {
        Console.warn("clew: " + failure.getMessage());
        return switch (failure.code()) {
            case BAD_REQUEST, MISSING_FILE, UNKNOWN_FORMAT -> ExitCode.USAGE;
            default -> ExitCode.UNDECIDED;
        };
    }

    /** Writes a page. */
    static void write(Path file, String page) {
        try {
            Files.writeString(file, page);
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.USAGE, "'%s' cannot be written; name another file.".formatted(file.getFileName()), e);
        }
    }
}
