package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.quality.internal.Fragment;
import dev.clew.quality.internal.Relation;
import dev.clew.quality.python.DateText;
import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.TableColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A column as SQL, and the values that can be compared with it. */
record Cell(TableColumn column) {
    /** Its SQL name. */
    String sql() {
        return Relation.cell(column.index());
    }

    Fragment fragment() {
        return Fragment.of(sql());
    }

    String name() {
        return column.name();
    }

    boolean isText() {
        return column.type() == ColumnType.TEXT;
    }

    boolean isNumber() {
        return switch (column.type()) {
            case INTEGER, FLOAT, DECIMAL, BOOLEAN -> true;
            case TEXT, DATE, TIMESTAMP, TIME, BINARY, NESTED -> false;
        };
    }

    boolean isTemporal() {
        return column.type() == ColumnType.DATE || column.type() == ColumnType.TIMESTAMP;
    }

    /** Refuses columns without numbers. */
    Cell mustBeNumber(String what) {
        if (!isNumber()) {
            throw new NotJudged("Column \"%s\" is %s; %s needs numbers.".formatted(name(), column.declared(), what));
        }
        return this;
    }

    Cell mustBeText(String what) {
        if (!isText()) {
            throw new NotJudged("Column \"%s\" is %s; %s needs texts.".formatted(name(), column.declared(), what));
        }
        return this;
    }

    /** The column's values as text. */
    String textSql() {
        return switch (column.type()) {
            case TEXT -> sql();
            case BOOLEAN -> "(CASE WHEN " + sql() + " THEN 'True' WHEN NOT " + sql() + " THEN 'False' END)";
            case INTEGER, FLOAT, DECIMAL, DATE, TIMESTAMP, TIME, BINARY, NESTED -> "CAST(" + sql() + " AS VARCHAR)";
        };
    }

    /** The column as double precision numbers. */
    String numberSql() {
        return column.declared().equals("DOUBLE") ? sql() : "CAST(" + sql() + " AS DOUBLE)";
    }

    /** A constant that can be compared with this column, as a bound value; empty if the two have no common type. */
    Optional<Fragment> comparable(JsonNode value) {
        return switch (column.type()) {
            case INTEGER, FLOAT, DECIMAL, BOOLEAN -> {
                if (value.isBoolean()) {
                    yield Optional.of(Fragment.value(
                            column.type() == ColumnType.BOOLEAN
                                    ? (Object) value.booleanValue()
                                    : (Object) (value.booleanValue() ? 1 : 0)));
                }
                if (!value.isNumber()) {
                    yield Optional.empty();
                }
                if (column.type() == ColumnType.BOOLEAN) {
                    yield value.doubleValue() == 1 || value.doubleValue() == 0
                            ? Optional.of(Fragment.value(value.doubleValue() == 1))
                            : Optional.empty();
                }
                if (value.isBigInteger() && value.bigIntegerValue().bitLength() < 127) {
                    yield Optional.of(Fragment.of("CAST(? AS HUGEINT)", value.asText()));
                }
                yield Optional.of(Fragment.value(number(value)));
            }
            case TEXT -> value.isTextual() ? Optional.of(Fragment.value(value.textValue())) : Optional.empty();
            case DATE, TIMESTAMP ->
                value.isTextual()
                        ? DateText.parse(value.textValue())
                                .map(time -> Fragment.of("CAST(? AS TIMESTAMP)", time.toString()))
                        : Optional.empty();
            case TIME, BINARY, NESTED ->
                value.isTextual()
                        ? Optional.of(Fragment.of("CAST(? AS " + column.declared() + ")", value.textValue()))
                        : Optional.empty();
        };
    }

    /** Whole numbers stay whole, so that large ones keep their digits. */
    static Object number(JsonNode value) {
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        double number = value.doubleValue();
        return number == Math.rint(number) && Math.abs(number) < 1L << 53 ? (Object) (long) number : (Object) number;
    }

    /** Members of a set that this column can hold at all; {@code null} never counts. */
    List<Fragment> members(@Nullable Iterable<JsonNode> set) {
        List<Fragment> members = new ArrayList<>();
        if (set != null) {
            for (JsonNode each : set) {
                if (!each.isNull()) {
                    comparable(each).ifPresent(members::add);
                }
            }
        }
        return members;
    }

    /** {@code column IN (…)}, false for an empty list. */
    Fragment in(List<Fragment> members) {
        return members.isEmpty()
                ? Fragment.of("false")
                : Fragment.join(sql() + " IN (%s)", Fragment.list(members, ", "));
    }
}
