package dev.clew.server.tracking;

import java.util.List;

/** Sentences that clients match on; they follow MLflow's own wording. */
public final class Texts {
    record ChangedParam(String key, String oldValue, String newValue) {}

    private Texts() {}

    public static String unknownRun(String id) {
        return "Run with id=%s not found. Run '%s' not found".formatted(id, id);
    }

    static String deletedRun(String id) {
        return "The run %s must be in the 'active' state. Current state is deleted.".formatted(id);
    }

    static String activeRun(String id) {
        return "The run %s must be in the 'deleted' state. Current state is active.".formatted(id);
    }

    public static String unknownExperiment(String id) {
        return "No Experiment with id=%s exists".formatted(id);
    }

    static String deletedExperiment(long id) {
        return "The experiment %d must be in the 'active' state. Current state is deleted.".formatted(id);
    }

    public static String unknownModel(String id) {
        return "Logged model with ID '%s' not found.".formatted(id);
    }

    static String takenExperiment(String name) {
        return "Experiment(name=%s) already exists. Choose another name, or delete or restore the one that has it."
                .formatted(name);
    }

    static String changedParams(List<ChangedParam> changed, String run, boolean one) {
        if (one) {
            ChangedParam first = changed.getFirst();
            return "Changing param values is not allowed. Param with key='%s' was already logged with value='%s' for run ID='%s'. Attempted logging new value '%s'."
                    .formatted(first.key(), first.oldValue(), run, first.newValue());
        }
        String list = changed.stream()
                .map(each -> "{'key': %s, 'old_value': %s, 'new_value': %s}"
                        .formatted(quoted(each.key()), quoted(each.oldValue()), quoted(each.newValue())))
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
        return "Changing param values is not allowed. Params were already logged='[%s]' for run ID='%s'."
                .formatted(list, run);
    }

    /** As Python writes a text. */
    private static String quoted(String text) {
        return text.contains("'") && !text.contains("\"")
                ? "\"" + text + "\""
                : "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
