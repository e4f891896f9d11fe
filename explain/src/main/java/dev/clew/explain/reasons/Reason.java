package dev.clew.explain.reasons;

import java.util.List;
import java.util.SortedMap;

/**
 * One principal reason.
 *
 * @param code id of the code in the policy
 * @param features the group behind it
 * @param contribution how far the group pushed the margin in the adverse direction, positive; 0 for a rule
 * @param share part of the total adverse mass, 0 to 1; 0 for a rule
 * @param text filled-in text by language
 */
public record Reason(
        String code, List<String> features, double contribution, double share, SortedMap<String, String> text) {}
