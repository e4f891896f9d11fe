package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import dev.clew.quality.python.PythonJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Profiles as documents, and the profile of a table from those of its parts. Stateless. */
public final class Profiles {
    private static final long LARGEST = 256L << 20;

    private Profiles() {}

    /**
     * Reads a document that {@link Profile#document} wrote. Reads the whole file.
     *
     * @throws QualityException {@code MISSING_FILE}, or {@code BAD_DOCUMENT} if it is no profile
     */
    public static Profile read(Path file) {
        String name = String.valueOf(file.getFileName());
        if (!Files.isRegularFile(file)) {
            throw new QualityException(
                    Code.MISSING_FILE,
                    "There is no file '%s'; name a profile that \"clew profile --json --sketches\" wrote."
                            .formatted(name));
        }
        try {
            if (Files.size(file) > LARGEST) {
                throw new QualityException(
                        Code.BAD_DOCUMENT, "'%s' is larger than 256 MiB, which no profile is.".formatted(name));
            }
            return parse(name, Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new QualityException(
                    Code.BAD_DOCUMENT,
                    "'%s' is not UTF-8, so it is no profile; name one that \"clew profile --json --sketches\" wrote."
                            .formatted(name),
                    e);
        } catch (IOException e) {
            throw new QualityException(
                    Code.MISSING_FILE, "'%s' cannot be read; see that its permissions allow it.".formatted(name), e);
        }
    }

    /**
     * Reads a document that {@link Profile#document} wrote.
     *
     * @param name what messages call it
     * @throws QualityException {@code BAD_DOCUMENT} if it is no profile
     */
    public static Profile parse(String name, String text) {
        JsonNode json = PythonJson.read(text)
                .orElseThrow(() -> new QualityException(
                        Code.BAD_DOCUMENT,
                        "'%s' is not JSON; name a profile that \"clew profile --json --sketches\" wrote."
                                .formatted(name)));
        try {
            return ProfileReading.profile(json);
        } catch (IllegalArgumentException e) {
            throw new QualityException(
                    Code.BAD_DOCUMENT,
                    "'%s' is no profile that this version reads: %s Profile the table again."
                            .formatted(name, e.getMessage()),
                    e);
        }
    }

    /**
     * The profile of a table from those of parts that share no row.
     *
     * <p>Exact: rows, missing, NaN, infinite, zero and negative values, least, greatest, mean, standard deviation, skewness, kurtosis,
     * lengths; distinct and most frequent values as long as no part has more than 768. Within a bound, which {@link Merged#approximate}
     * says: quantiles and histograms, distinct and most frequent values of more, what is about samples. {@link Merged#unknown} names what
     * the parts do not tell: rows that repeat one of another part, rank correlations, Cramér's V, columns that differ in type or are not in
     * every part.
     *
     * @throws QualityException {@code BAD_REQUEST} without parts, or if one carries no sketches
     */
    public static Profile merge(List<Profile> parts) {
        if (parts.isEmpty()) {
            throw new QualityException(Code.BAD_REQUEST, "A profile is merged of at least one part; give one.");
        }
        for (Profile part : parts) {
            if (part.sketches() == null) {
                throw new QualityException(
                        Code.BAD_REQUEST,
                        "The profile of '%s' carries no sketches, so it cannot be merged; make it anew with \"clew profile --json --sketches\"."
                                .formatted(part.table()));
            }
        }
        return new ProfileMerge(parts).whole();
    }
}
