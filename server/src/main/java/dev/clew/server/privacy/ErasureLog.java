package dev.clew.server.privacy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The file of erasures outside the data directory: what a restore of an older copy must repeat before it serves. One line an erasure,
 * appended and forced: {@code seq time_us erasure mac organisation}; the first line names the format and the log. A line that a kill cut
 * off is dropped by the next append. Confined to one thread at a time.
 */
public final class ErasureLog {
    private static final String FORMAT = "clew-erasures/1";
    private static final long MAX_BYTES = 64L << 20;

    /**
     * One erasure.
     *
     * @param seq its entry {@code subject.erase}
     * @param micros when the key was destroyed
     * @param mac HMAC of the psid under the organisation's index key: whoever has the keys recognises the subject, nobody else
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Line(long seq, long micros, Uid erasure, byte[] mac, String namespace) {
        private String text() {
            return "%d %d %s %s %s%n"
                    .formatted(seq, micros, erasure.hex(), HexFormat.of().formatHex(mac), namespace)
                    .replace("\r", "");
        }

        private static Optional<Line> parse(String text) {
            String[] parts = text.split(" ", 5);
            try {
                return parts.length < 5
                        ? Optional.empty()
                        : Optional.of(new Line(
                                Long.parseLong(parts[0]),
                                Long.parseLong(parts[1]),
                                Uid.parse(parts[2]),
                                HexFormat.of().parseHex(parts[3]),
                                parts[4]));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }

    private final Path file;
    private final String origin;

    public ErasureLog(Path file, String origin) {
        this.file = file;
        this.origin = origin;
    }

    public Path file() {
        return file;
    }

    /** Makes the file if there is none: that nobody was erased is told too. */
    void begin() throws IOException {
        if (!Files.exists(file)) {
            write("");
        }
    }

    /** Appends an erasure unless it is there; durable when it returns. */
    void append(Line line) throws IOException {
        if (Files.exists(file)
                && read(file).stream().anyMatch(known -> known.erasure().equals(line.erasure()))) {
            return;
        }
        write(line.text());
    }

    private void write(String line) throws IOException {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
        Files.createDirectories(directory);
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = endOfLines(channel);
            channel.truncate(end);
            String text = (end == 0 ? "%s %s\n".formatted(FORMAT, origin) : "") + line;
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            for (long at = end; bytes.hasRemaining(); ) {
                at += channel.write(bytes, at);
            }
            channel.force(true);
        }
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static long endOfLines(FileChannel channel) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        for (long end = channel.size(); end > 0; end--) {
            if (channel.read(last.clear(), end - 1) == 1 && last.get(0) == '\n') {
                return end;
            }
        }
        return 0;
    }

    /** All erasures of a file, oldest first; a last line that was cut off is not one. */
    public static List<Line> read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw invalid(file, "is larger than %d bytes".formatted(MAX_BYTES));
        }
        String text = Files.readString(file, StandardCharsets.UTF_8);
        if (!text.startsWith(FORMAT + " ")) {
            throw invalid(file, "does not begin with " + FORMAT);
        }
        var lines = new ArrayList<Line>();
        int number = 1;
        for (int from = text.indexOf('\n') + 1, end = text.indexOf('\n', from);
                from > 0 && end >= 0;
                from = end + 1, end = text.indexOf('\n', from)) {
            number++;
            String line = text.substring(from, end);
            int at = number;
            lines.add(Line.parse(line).orElseThrow(() -> invalid(file, "is damaged at line %d".formatted(at))));
        }
        return lines;
    }

    /** The log that a file is about. */
    public static String originOf(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        if (end < 0 || !text.startsWith(FORMAT + " ")) {
            throw invalid(file, "does not begin with " + FORMAT);
        }
        return text.substring(FORMAT.length() + 1, end);
    }

    private static ClewException invalid(Path file, String what) {
        return new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "The file of erasures \"%s\" %s; give the newest one that was kept beside the anchor or in a backup."
                        .formatted(file.getFileName(), what));
    }
}
