package dev.clew.explain.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.model.FeatureSchema.UnknownCategory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeatureSchemaTest {
    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of(Feature.numeric("age"), new Feature("job", Feature.Type.CATEGORICAL, List.of("a", "b"))));

    private static void refused(Map<String, Object> row, Code code) {
        assertThatThrownBy(() -> SCHEMA.encode(row, UnknownCategory.REFUSE))
                .isInstanceOfSatisfying(
                        ExplainException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void encodesNumbersCategoriesAndNull() {
        var row = new HashMap<String, Object>();
        row.put("age", null);
        row.put("job", "b");
        assertThat(SCHEMA.encode(row, UnknownCategory.REFUSE)).containsExactly(Double.NaN, 1);
        assertThat(SCHEMA.encode(Map.of("age", true, "job", "zzz"), UnknownCategory.AS_UNKNOWN))
                .containsExactly(1, -1);
    }

    @Test
    void refusesMissingKeysForeignKeysTextForNumbersAndUnknownCategories() {
        refused(Map.of("age", 3), Code.ROW_MISMATCH);
        refused(Map.of("age", 3, "job", "a", "sex", "m"), Code.ROW_MISMATCH);
        refused(Map.of("age", "old", "job", "a"), Code.ROW_MISMATCH);
        refused(Map.of("age", 3, "job", "c"), Code.UNKNOWN_CATEGORY);
    }

    @Test
    void showsValuesAsPeopleReadThem() {
        assertThat(SCHEMA.display(0, 36)).isEqualTo("36");
        assertThat(SCHEMA.display(0, Double.NaN)).isEqualTo("missing");
        assertThat(SCHEMA.display(1, 0)).isEqualTo("a");
        assertThat(SCHEMA.display(1, -1)).isEqualTo("unknown");
    }
}
