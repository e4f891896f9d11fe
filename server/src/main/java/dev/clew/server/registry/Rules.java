package dev.clew.server.registry;

import dev.clew.server.common.Breach;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What names and values of the registry keep, and the sentences that clients match on; they follow MLflow's own wording. */
final class Rules {
    static final int MAX_NAME = 256;
    static final int MAX_TAG_KEY = 250;
    static final int MAX_TAG_VALUE = 100_000;
    static final int MAX_ALIAS = 255;
    static final int MAX_DESCRIPTION = 100_000;
    static final int MAX_LOCATION = 2_048;

    /** Tags of a model or version, and aliases of a model. */
    static final int MAX_LABELS = 1_000;

    /** Characters of all tags of a model or version, keys and values. */
    static final int MAX_TAGS_SIZE = 1 << 20;

    private static final Pattern ALIAS = Pattern.compile("[\\w-]*", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern VERSION_ALIAS = Pattern.compile("[vV]\\d+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern NUMBER = Pattern.compile("\\s*[+-]?\\d{1,18}\\s*");

    private Rules() {}

    static void modelName(String name) {
        modelName("name", name);
    }

    /** @param field how the error names it: {@code name} or {@code new_name} */
    static void modelName(String field, String name) {
        if (name.isBlank()) {
            throw invalid("Missing value for required parameter '%s'.".formatted(field));
        }
        if (name.indexOf('/') >= 0 || name.indexOf(':') >= 0) {
            throw invalid("Invalid model name '%s'. Names cannot contain '/' or ':'.".formatted(name));
        }
        if (name.equals(".") || name.startsWith("..")) {
            throw invalid(
                    "Invalid value \"%s\" for parameter 'name' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '%s'"
                            .formatted(name, name));
        }
        length(field, name, MAX_NAME);
    }

    /** An alias that is asked for or removed. */
    static void alias(String alias) {
        if (alias.isEmpty()) {
            throw invalid("Registered model alias name cannot be empty.");
        }
        if (!ALIAS.matcher(alias).matches()) {
            throw invalid(
                    "Invalid alias name: '%s'. Names may only contain alphanumerics, underscores (_), and dashes (-)."
                            .formatted(alias));
        }
        length("Registered model alias name", alias, MAX_ALIAS);
    }

    /** An alias that is given. */
    static void newAlias(String alias) {
        alias(alias);
        if (alias.equalsIgnoreCase("latest")) {
            throw invalid("'latest' alias name (case insensitive) is reserved.");
        }
        if (VERSION_ALIAS.matcher(alias).matches()) {
            throw invalid("Version alias name '%s' is reserved.".formatted(alias));
        }
    }

    /** Whether a text names a version by its number. */
    static boolean isNumber(String version) {
        return !version.isEmpty() && version.length() <= 18 && version.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    static long number(String version) {
        if (!NUMBER.matcher(version).matches()) {
            throw invalid("Parameter 'version' must be an integer, got '%s'.".formatted(version));
        }
        return Long.parseLong(version.strip());
    }

    static void tags(Map<String, String> tags) {
        tags.forEach(Rules::tag);
        long size = 0;
        for (var tag : tags.entrySet()) {
            size += tag.getKey().length() + tag.getValue().length();
        }
        if (tags.size() > MAX_LABELS || size > MAX_TAGS_SIZE) {
            throw tooManyTags();
        }
    }

    static void tag(String key, String value) {
        length("key", key, MAX_TAG_KEY);
        if (key.equals(ModelTag.PROMPT_TEXT) && isLonger(value, MAX_TAG_VALUE)) {
            throw invalid("Prompt text exceeds max length of %d characters.".formatted(MAX_TAG_VALUE));
        }
        length("value", value, MAX_TAG_VALUE);
    }

    static void description(String description) {
        length("description", description, MAX_DESCRIPTION);
    }

    static Stage stage(String stage) {
        return Stage.parse(stage)
                .orElseThrow(() -> invalid(
                        "Invalid Model Version stage: %s. Value must be one of %s.".formatted(stage, Stage.list())));
    }

    static void length(String what, String text, int most) {
        if (isLonger(text, most)) {
            throw invalid("'%s' exceeds the maximum length of %d characters".formatted(what, most));
        }
    }

    private static boolean isLonger(String text, int most) {
        return text.length() > most && text.codePointCount(0, text.length()) > most;
    }

    static String taken(String name, boolean holderIsPrompt, boolean newIsPrompt) {
        String holder = holderIsPrompt ? "Prompt" : "Registered Model";
        String wanted = newIsPrompt ? "Prompt" : "Registered Model";
        return holder.equals(wanted)
                ? "%s (name=%s) already exists.".formatted(wanted, name)
                : "Tried to create a %s with name '%s', but the name is already taken by a %s. MLflow does not allow creating a model and a prompt with the same name."
                        .formatted(lower(wanted), name, lower(holder));
    }

    private static String lower(String words) {
        return words.toLowerCase(Locale.ROOT);
    }

    static ClewException unknownModel(String name) {
        return new ClewException(ErrorCode.NOT_FOUND, "Registered Model with name=%s not found".formatted(name));
    }

    static ClewException unknownVersion(String name, String version) {
        return new ClewException(
                ErrorCode.NOT_FOUND, "Model Version (name=%s, version=%s) not found".formatted(name, version));
    }

    static ClewException tooManyTags() {
        return invalid("A model or version keeps at most %d tags of %d characters in all; remove some first."
                .formatted(MAX_LABELS, MAX_TAGS_SIZE));
    }

    static ClewException tooManyAliases() {
        return invalid("A model keeps at most %d aliases; remove some first.".formatted(MAX_LABELS));
    }

    /** A source by which this server would open its own files or call somebody. */
    static ClewException breach(String message) {
        return new ClewException(ErrorCode.INVALID_ARGUMENT, Breach.SOURCE, message, null);
    }

    static ClewException invalid(String message) {
        return new ClewException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
