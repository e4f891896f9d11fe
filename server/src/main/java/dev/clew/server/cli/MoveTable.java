package dev.clew.server.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** The report of an import or an export, for people. */
final class MoveTable {
    private MoveTable() {}

    /** @param side what the target's counts are called; empty when only the source was counted */
    static void say(JsonNode report, String side) {
        Console.say("%s (%s)"
                .formatted(
                        report.path("source").asText(), report.path("producer").asText()));
        Console.say("%-20s %14s %14s".formatted("", "source", side));
        report.path("counts")
                .properties()
                .forEach(count -> Console.say("%-20s %,14d %14s"
                        .formatted(
                                count.getKey().replace('_', ' '),
                                count.getValue().path("source").asLong(),
                                side.isEmpty()
                                        ? ""
                                        : "%,d"
                                                .formatted(count.getValue()
                                                        .path(side)
                                                        .asLong()))));
        report.path("not_taken_over")
                .properties()
                .forEach(left -> Console.say(
                        "not taken over: %,d %s".formatted(left.getValue().asLong(), left.getKey())));
        report.path("warnings").forEach(warning -> Console.say("note: " + warning.asText()));
        report.path("limits").forEach(limit -> Console.say("limit: " + limit.asText()));
        report.path("refused").forEach(refused -> Console.say("refused: " + refused.asText()));
        report.path("differing").forEach(differs -> Console.say("differs: " + differs.asText()));
    }
}
