package dev.clew.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.VisibleText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Draws a followed thread as a tree of lines: the start, below each thing what it rests on (or what it touches), with the number of the
 * entry that proves each hop and what happened to each thing. A thing reached twice is drawn once.
 */
public final class ThreadTree {
    private static final int MAX_HAPPENINGS = 8;

    private final Map<String, JsonNode> nodes = new LinkedHashMap<>();
    private final Map<String, List<Hop>> outward = new HashMap<>();
    private final Map<String, List<Hop>> inward = new HashMap<>();
    private final Map<String, List<JsonNode>> groups = new HashMap<>();
    private final Set<String> drawn = new HashSet<>();
    private final List<String> lines = new ArrayList<>();

    private record Hop(String rel, String other, JsonNode seq, boolean toCause) {}

    private ThreadTree(JsonNode thread) {
        thread.path("nodes").forEach(node -> nodes.put(node.path("ref").asText(), node));
        thread.path("links").forEach(link -> {
            String from = link.path("from").asText();
            String to = link.path("to").asText();
            String rel = link.path("rel").asText();
            outward.computeIfAbsent(from, _ -> new ArrayList<>()).add(new Hop(rel, to, link.path("seq"), true));
            inward.computeIfAbsent(to, _ -> new ArrayList<>()).add(new Hop(rel, from, link.path("seq"), false));
        });
        thread.path("groups")
                .forEach(group -> groups.computeIfAbsent(group.path("to").asText(), _ -> new ArrayList<>())
                        .add(group));
    }

    /**
     * Names are drawn with their invisible characters replaced: none can begin a line that was not drawn here.
     *
     * @param up whether the walk went to causes; records about the start are drawn below it in any case
     */
    public static List<String> lines(JsonNode thread, boolean up) {
        var tree = new ThreadTree(thread);
        if (tree.nodes.isEmpty()) {
            return List.of();
        }
        String start = tree.nodes.keySet().iterator().next();
        tree.draw(start, "", "", "", up, true);
        if (thread.path("truncated").asBoolean()) {
            tree.lines.add("… cut short: %s; ask for fewer levels, or start nearer."
                    .formatted(thread.path("reason").asText("a limit was reached")));
        }
        return tree.lines.stream().map(VisibleText::of).toList();
    }

    private void draw(String ref, String how, String first, String rest, boolean up, boolean isStart) {
        JsonNode node = nodes.get(ref);
        if (node == null) {
            lines.add(first + how + ref);
            return;
        }
        boolean again = !drawn.add(ref);
        lines.add(first + how + title(node) + (again ? "  (above)" : ""));
        if (again) {
            return;
        }
        var hops = new ArrayList<Hop>();
        if (up) {
            hops.addAll(outward.getOrDefault(ref, List.of()));
        }
        if (!up || isStart) {
            hops.addAll(inward.getOrDefault(ref, List.of()));
        }
        hops.removeIf(hop -> !nodes.containsKey(hop.other()));
        var counted = groups.getOrDefault(ref, List.of());
        String bar = hops.isEmpty() && counted.isEmpty() ? rest + "  " : rest + "│ ";
        details(node, bar);
        for (int i = 0; i < hops.size(); i++) {
            Hop hop = hops.get(i);
            boolean last = i == hops.size() - 1 && counted.isEmpty();
            draw(
                    hop.other(),
                    "%s %s%s "
                            .formatted(
                                    hop.toCause() ? "—" + hop.rel() + "→" : "←" + hop.rel() + "—",
                                    proof(hop.seq()),
                                    ""),
                    rest + (last ? "└─" : "├─"),
                    rest + (last ? "  " : "│ "),
                    hop.toCause(),
                    false);
        }
        for (int i = 0; i < counted.size(); i++) {
            JsonNode group = counted.get(i);
            lines.add("%s%s ←%s— %,d of kind %s in all"
                    .formatted(
                            rest,
                            i == counted.size() - 1 ? "└─" : "├─",
                            group.path("rel").asText(),
                            group.path("count").asLong(),
                            group.path("kind").asText()));
        }
    }

    private static String title(JsonNode node) {
        var text = new StringBuilder(node.path("kind").asText())
                .append(' ')
                .append(node.path("title").asText());
        String ref = node.path("ref").asText();
        if (!ref.endsWith(":" + node.path("title").asText())) {
            text.append("  ").append(ref);
        }
        if (node.path("state").isTextual()) {
            text.append("  [")
                    .append(node.path("state").asText().toLowerCase(Locale.ROOT))
                    .append(']');
        }
        return text.toString();
    }

    private void details(JsonNode node, String bar) {
        node.path("details").properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            lines.add("%s  %s: %s"
                    .formatted(bar, entry.getKey(), value.isTextual() ? value.textValue() : value.toString()));
        });
        int told = 0;
        for (JsonNode happening : node.path("history")) {
            if (told++ == MAX_HAPPENINGS) {
                lines.add(bar + "  …");
                break;
            }
            String why = happening.path("why").asText("");
            String reason = happening.path("reason").asText("");
            lines.add("%s  #%d %s by %s%s%s"
                    .formatted(
                            bar,
                            happening.path("seq").asLong(),
                            happening.path("act").asText(),
                            happening.path("who").asText(),
                            why.isEmpty() ? "" : " (" + why + ")",
                            reason.isEmpty() ? "" : ": “" + reason + "”"));
        }
    }

    private static String proof(JsonNode seq) {
        return seq.isNumber() ? "#" + seq.asLong() : "(not yet in a batch)";
    }
}
