package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.quality.internal.Fragment;
import dev.clew.quality.python.DateText;
import dev.clew.quality.python.PythonJson;
import dev.clew.quality.python.PythonRegex;
import dev.clew.quality.python.Strptime;
import dev.clew.quality.python.UnsupportedPatternException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Expectations about texts: patterns, dates, JSON. */
final class TextChecks {
    private static final int MOST_PATTERNS = 1_000;

    private final Subject subject;

    TextChecks(Subject subject) {
        this.subject = subject;
    }

    private Cell cell(Kwargs kwargs) {
        return subject.cell(kwargs.text("column"));
    }

    Step regex(Kwargs kwargs, boolean wanted) {
        PythonRegex regex = compiled(kwargs.text("regex", "(?s).*"));
        return matching(kwargs, regex::find, wanted);
    }

    Step regexList(Kwargs kwargs, boolean wanted) {
        List<String> sources = kwargs.texts("regex_list");
        if (sources.isEmpty() || sources.size() > MOST_PATTERNS) {
            throw new NotJudged("regex_list must not be empty, nor hold more than %d.".formatted(MOST_PATTERNS));
        }
        List<PythonRegex> all = sources.stream().map(TextChecks::compiled).toList();
        boolean every = wanted
                && kwargs.choice("match_on", "any", List.of("any", "all")).equals("all");
        Predicate<String> matches = every
                ? text -> all.stream().allMatch(regex -> regex.find(text))
                : text -> all.stream().anyMatch(regex -> regex.find(text));
        return matching(kwargs, matches, wanted);
    }

    private static PythonRegex compiled(String source) {
        try {
            return PythonRegex.compile(source);
        } catch (UnsupportedPatternException e) {
            throw new NotJudged("The pattern '%s' is not supported: it holds %s.".formatted(source, e.getMessage()));
        }
    }

    private Step matching(Kwargs kwargs, Predicate<String> matches, boolean wanted) {
        Cell cell = cell(kwargs);
        return byFunction(
                kwargs, cell, cell.textSql(), matches, wanted, "A pattern cannot be judged on the column: it met %s.");
    }

    private Step byFunction(
            Kwargs kwargs, Cell cell, String sql, Predicate<String> predicate, boolean wanted, String failing) {
        var guard = new Subject.Guard();
        String call = subject.function(predicate, guard) + "(" + sql + ")";
        return ColumnChecks.map(
                subject, kwargs, cell, Fragment.of(wanted ? "NOT " + call : call), () -> guard.check(failing));
    }

    Step like(Kwargs kwargs, boolean wanted) {
        return like(kwargs, List.of(kwargs.text("like_pattern")), wanted, false);
    }

    Step likeList(Kwargs kwargs, boolean wanted) {
        List<String> patterns = kwargs.texts("like_pattern_list");
        if (patterns.isEmpty() || patterns.size() > MOST_PATTERNS) {
            throw new NotJudged("At least one like_pattern must be supplied in the like_pattern_list, at most %d."
                    .formatted(MOST_PATTERNS));
        }
        boolean every = wanted
                && kwargs.choice("match_on", "any", List.of("any", "all")).equals("all");
        return like(kwargs, patterns, wanted, every);
    }

    private Step like(Kwargs kwargs, List<String> patterns, boolean wanted, boolean every) {
        Cell cell = cell(kwargs).mustBeText("a LIKE pattern");
        String escape = kwargs.text("escape", "");
        if (escape.length() > 1) {
            throw new NotJudged("escape must be a single character; give one, such as a backslash.");
        }
        List<Fragment> parts = new ArrayList<>();
        for (String pattern : patterns) {
            if (!escape.isEmpty() && unpaired(pattern, escape.charAt(0))) {
                throw new NotJudged("LIKE pattern '%s' ends with the escape character.".formatted(pattern));
            }
            parts.add(
                    escape.isEmpty()
                            ? Fragment.of("(" + cell.sql() + " LIKE ?)", pattern)
                            : Fragment.of("(" + cell.sql() + " LIKE ? ESCAPE ?)", pattern, escape));
        }
        Fragment matches = Fragment.join("(%s)", Fragment.list(parts, every ? " AND " : " OR "));
        return ColumnChecks.map(subject, kwargs, cell, wanted ? Fragment.join("NOT %s", matches) : matches, () -> {});
    }

    private static boolean unpaired(String pattern, char escape) {
        int i = 0;
        while (i < pattern.length()) {
            if (pattern.charAt(i) == escape) {
                if (i + 1 == pattern.length()) {
                    return true;
                }
                i++;
            }
            i++;
        }
        return false;
    }

    Step strftime(Kwargs kwargs) {
        Cell cell = cell(kwargs)
                .mustBeText("expect_column_values_to_match_strftime_format (give the column before it is converted)");
        Strptime format;
        try {
            format = Strptime.of(kwargs.text("strftime_format"));
        } catch (UnsupportedPatternException e) {
            throw new NotJudged("Unable to use provided strftime_format. " + e.getMessage());
        }
        return byFunction(kwargs, cell, cell.sql(), format::parses, true, "The format cannot be judged: %s.");
    }

    Step dateutil(Kwargs kwargs) {
        Cell cell = cell(kwargs)
                .mustBeText("expect_column_values_to_be_dateutil_parseable (give the column before it is converted)");
        return byFunction(
                kwargs,
                cell,
                cell.sql(),
                text -> DateText.parse(text).isPresent(),
                true,
                "A date cannot be judged: %s.");
    }

    Step json(Kwargs kwargs) {
        Cell cell = cell(kwargs);
        if (!cell.isText()) {
            // Python's json.loads takes texts only.
            return ColumnChecks.map(subject, kwargs, cell, Fragment.of("true"), () -> {});
        }
        return byFunction(
                kwargs,
                cell,
                cell.sql(),
                text -> PythonJson.read(text).isPresent(),
                true,
                "JSON cannot be judged: %s.");
    }

    Step jsonSchema(Kwargs kwargs) {
        Cell cell = cell(kwargs).mustBeText("a JSON schema");
        JsonNode schema = kwargs.need("json_schema");
        var validator = JsonSchema.of(schema);
        return byFunction(
                kwargs,
                cell,
                cell.sql(),
                text -> validator.accepts(PythonJson.read(text)
                        .orElseThrow(() -> new IllegalArgumentException("a text that is not JSON"))),
                true,
                "The schema cannot be judged on the column: it met %s.");
    }
}
