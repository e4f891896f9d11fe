package dev.clew.quality.docs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import dev.clew.quality.validation.ValidationResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A directory of validation pages with an index: one page per result, named by the result's digest, so that its address never changes.
 *
 * <p>Writing a result writes its page, one line of {@code runs.json} and the index; earlier pages are not read again. One writer at a
 * time.
 */
public final class DataDocs {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MOST_RUNS = 10_000;
    private static final int SPARK = 40;

    private final Path directory;

    private DataDocs(Path directory) {
        this.directory = directory;
    }

    /** Docs in this directory, which is made if it does not exist. */
    public static DataDocs in(Path directory) {
        return new DataDocs(directory);
    }

    /**
     * Adds a result.
     *
     * @return its page
     * @throws QualityException {@code OUT_OF_SPACE} if the directory cannot be written
     */
    public Path add(ValidationResult result) {
        try {
            Path pages = Files.createDirectories(directory.resolve("runs"));
            byte[] json = MAPPER.writeValueAsBytes(result.json());
            String digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(json));
            ArrayNode runs = runs();
            ObjectNode run = runs.addObject();
            run.put("digest", digest);
            run.put("suite", result.suite().name());
            run.put("table", result.table());
            run.put("time", result.startedAt().toString());
            run.put("rows", result.rowCount());
            run.put("expectations", result.results().size());
            run.put("successful", result.successful());
            run.put("judged", result.isJudged());
            while (runs.size() > MOST_RUNS) {
                runs.remove(0);
            }
            Path page = pages.resolve(digest + ".html");
            String history = history(ofSuite(runs, result.suite().name()));
            replace(page, ValidationPage.html(result, history + "<p><a href=\"../index.html\">All suites</a></p>"));
            replace(pages.resolve(digest + ".json"), new String(json, StandardCharsets.UTF_8));
            replace(directory.resolve("runs.json"), MAPPER.writeValueAsString(runs));
            replace(directory.resolve("index.html"), index(runs));
            return page;
        } catch (IOException e) {
            throw new QualityException(
                    Code.OUT_OF_SPACE, "The data docs could not be written; is the directory writable?", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256.", e);
        }
    }

    /**
     * Earlier results of a suite, the oldest first, for {@link dev.clew.quality.validation.Validation#history}.
     *
     * @param most so many of the latest at most
     * @throws QualityException {@code BAD_DOCUMENT} if the docs are damaged
     */
    public List<JsonNode> results(String suite, int most) {
        try {
            List<JsonNode> runs = ofSuite(runs(), suite);
            List<JsonNode> results = new ArrayList<>();
            for (JsonNode run : runs.subList(Math.max(0, runs.size() - most), runs.size())) {
                Path file = directory.resolve("runs").resolve(run.path("digest").asText("") + ".json");
                results.add(MAPPER.readTree(Files.readString(file)));
            }
            return results;
        } catch (IOException e) {
            throw new QualityException(
                    Code.BAD_DOCUMENT,
                    "An earlier result in the data docs cannot be read; restore it or begin a new directory.",
                    e);
        }
    }

    private ArrayNode runs() throws IOException {
        Path file = directory.resolve("runs.json");
        if (!Files.exists(file)) {
            return MAPPER.createArrayNode();
        }
        try {
            return MAPPER.readTree(Files.readString(file)) instanceof ArrayNode runs ? runs : MAPPER.createArrayNode();
        } catch (JsonProcessingException e) {
            throw new QualityException(
                    Code.BAD_DOCUMENT,
                    "runs.json of the data docs is not JSON; restore it or begin a new directory.",
                    e);
        }
    }

    private static void replace(Path file, String content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, content);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<JsonNode> ofSuite(ArrayNode runs, String suite) {
        List<JsonNode> some = new ArrayList<>();
        runs.forEach(run -> {
            if (run.path("suite").asText().equals(suite)) {
                some.add(run);
            }
        });
        return some;
    }

    /** The share of expectations that held, run by run; the newest is last. */
    private static String history(List<JsonNode> runs) {
        if (runs.size() < 2) {
            return "";
        }
        List<JsonNode> last = runs.subList(Math.max(0, runs.size() - SPARK), runs.size());
        var svg = new StringBuilder(
                "<svg viewBox=\"0 0 %d 40\" width=\"%d\" height=\"40\" role=\"img\" aria-label=\"Earlier runs\">"
                        .formatted(last.size() * 8, last.size() * 8));
        for (int i = 0; i < last.size(); i++) {
            double share = share(last.get(i));
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect class=%s x=%d y=%.1f width=6 height=%.1f><title>%s: %d of %d</title></rect>",
                    share == 1 ? "ok" : "no",
                    i * 8,
                    38 - 36 * share,
                    Math.max(2, 36 * share),
                    Html.text(last.get(i).path("time").asText()),
                    last.get(i).path("successful").asLong(),
                    last.get(i).path("expectations").asLong()));
        }
        return "<p class=small>Share of expectations that held, the last %d runs of this suite</p>%s</svg>"
                .formatted(last.size(), svg);
    }

    private static double share(JsonNode run) {
        long all = run.path("expectations").asLong();
        return all == 0 ? 1 : (double) run.path("successful").asLong() / all;
    }

    /** A suite without expectations judged nothing, so it did not hold. */
    private static boolean holds(JsonNode run) {
        return run.path("expectations").asLong() > 0 && share(run) == 1;
    }

    private static String mark(JsonNode run) {
        return run.path("expectations").asLong() == 0
                ? "<span class=warn title=\"no expectations\">?</span>"
                : holds(run) ? "<span class=good>✓</span>" : "<span class=bad>✕</span>";
    }

    private static String index(ArrayNode runs) {
        Map<String, List<JsonNode>> suites = new LinkedHashMap<>();
        for (int i = runs.size() - 1; i >= 0; i--) {
            suites.computeIfAbsent(runs.get(i).path("suite").asText(), key -> new ArrayList<>())
                    .add(runs.get(i));
        }
        long bad =
                suites.values().stream().filter(list -> !holds(list.getFirst())).count();
        var body = new StringBuilder("<h1>Data quality</h1><p class=answer>%s</p><p class=facts>%s kept</p>"
                .formatted(
                        bad == 0
                                ? "<span class=good>✓</span> Every suite held when it was last run"
                                : suites.size() == 1
                                        ? "<span class=bad>✕</span> The suite did not hold when it was last run"
                                        : "<span class=bad>✕</span> %d of %d suites did not hold when last run"
                                                .formatted(bad, suites.size()),
                        runs.size() == 1 ? "1 run" : Html.count(runs.size()) + " runs"));
        suites.forEach((suite, list) -> {
            body.append(
                    "<h2>%s</h2><div class=card>%s<table><tr><th>when<th>table<th class=n>rows<th class=n>hold<th></tr>"
                            .formatted(Html.text(suite), history(list.reversed())));
            for (JsonNode run : list.subList(0, Math.min(20, list.size()))) {
                body.append("<tr><td><a href=\"runs/%s.html\">%s</a><td>%s<td class=n>%s<td class=n>%d of %d<td>%s</tr>"
                        .formatted(
                                Html.text(run.path("digest").asText()),
                                Html.text(run.path("time")
                                        .asText()
                                        .replaceFirst("\\..*", "")
                                        .replace('T', ' ')),
                                Html.text(run.path("table").asText()),
                                Html.count(run.path("rows").asLong()),
                                run.path("successful").asLong(),
                                run.path("expectations").asLong(),
                                mark(run)));
            }
            body.append("</table></div>");
        });
        return Html.page("Data quality", body.toString());
    }
}
