package dev.clew.quality.profile;

import java.util.List;
import java.util.Map;

/**
 * What is known of a column of texts.
 *
 * @param lengthMin least length in code points
 * @param lengthMean average length
 * @param lengthMax greatest length
 * @param sampled how many texts the following are about
 * @param shapes the most frequent shapes: letters become A or a, digits 9, runs one, at most 10
 * @param numberShare share of texts that are numbers
 * @param dateShare share of texts that are dates
 * @param booleanShare share of texts that are true, false, yes, no, 0 or 1
 * @param dateFormat the one format that all dates have, in strptime's letters; empty if there is none
 * @param personal share of texts by class of personal data they look like; only classes that occur
 */
public record Texts(
        long lengthMin,
        double lengthMean,
        long lengthMax,
        long sampled,
        List<Level> shapes,
        double numberShare,
        double dateShare,
        double booleanShare,
        String dateFormat,
        Map<PersonalData, Double> personal) {
    /** Keeps copies. */
    public Texts {
        shapes = List.copyOf(shapes);
        personal = Map.copyOf(personal);
    }
}
