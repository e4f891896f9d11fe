package dev.clew.quality.validation;

import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.TableColumn;
import java.util.Locale;
import java.util.Set;

/**
 * What a column's type is called: in pandas (what a file of this column becomes there, whole numbers with gaps as floats), in DuckDB,
 * in SQL and in Spark.
 */
final class TypeNames {
    private static final Set<String> KNOWN = Set.of(
            "int64",
            "int32",
            "int16",
            "int8",
            "uint64",
            "uint32",
            "uint16",
            "uint8",
            "float64",
            "float32",
            "bool",
            "object",
            "object_",
            "o",
            "str",
            "string",
            "datetime64",
            "datetime64[ns]",
            "datetime64[us]",
            "timestamp",
            "date",
            "decimal",
            "int",
            "long",
            "integer",
            "bigint",
            "smallint",
            "tinyint",
            "hugeint",
            "float",
            "double",
            "real",
            "numeric",
            "number",
            "boolean",
            "varchar",
            "text",
            "char",
            "nvarchar",
            "blob",
            "bytes",
            "time",
            "longtype",
            "integertype",
            "shorttype",
            "bytetype",
            "doubletype",
            "floattype",
            "booleantype",
            "stringtype",
            "timestamptype",
            "datetype",
            "decimaltype",
            "binarytype",
            "arraytype",
            "structtype",
            "list",
            "dict",
            "none",
            "complex",
            "category",
            "string_types",
            "datetime",
            "timestamp with time zone",
            "timestamptz",
            "ubigint",
            "uinteger",
            "usmallint",
            "utinyint",
            "float8",
            "float4",
            "int4",
            "int2",
            "unicode",
            "str_",
            "bool_",
            "int_",
            "float_",
            "datetime64[s]",
            "datetime64[ms]",
            "timedelta64",
            "interval");

    private final TableColumn column;
    private final boolean gaps;

    TypeNames(TableColumn column, boolean gaps) {
        this.column = column;
        this.gaps = gaps;
    }

    void mustBeKnown(String name) {
        String plain = plain(name);
        if (!KNOWN.contains(plain) && !plain.equals(plain(column.declared()))) {
            throw new NotJudged("Unrecognized numpy/python type: " + name);
        }
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT).strip();
        int parenthesis = lower.indexOf('(');
        return parenthesis < 0 ? lower : lower.substring(0, parenthesis);
    }

    /** The dtype of the column in pandas 3. */
    String pandasType() {
        return switch (column.type()) {
            case BOOLEAN -> gaps ? "object" : "bool";
            case INTEGER -> gaps ? "float64" : whole();
            case FLOAT -> column.declared().equals("FLOAT") ? "float32" : "float64";
            case TEXT -> "str";
            case TIMESTAMP -> "datetime64[us]";
            case DECIMAL, DATE, TIME, BINARY, NESTED -> "object";
        };
    }

    private String whole() {
        return switch (column.declared()) {
            case "TINYINT" -> "int8";
            case "SMALLINT" -> "int16";
            case "INTEGER" -> "int32";
            case "UTINYINT" -> "uint8";
            case "USMALLINT" -> "uint16";
            case "UINTEGER" -> "uint32";
            case "UBIGINT" -> "uint64";
            case "HUGEINT", "UHUGEINT" -> "float64";
            default -> "int64";
        };
    }

    /** The name of the dtype's scalar, which results show. */
    String pandasScalar() {
        return switch (pandasType()) {
            case "object" -> "object_";
            case "datetime64[us]" -> "datetime64";
            default -> pandasType();
        };
    }

    /** The type as SQL declares it. */
    String sqlType() {
        return column.declared();
    }

    /** Whether a name, in any of the dialects, is this type. */
    boolean isCalled(String name) {
        String plain = plain(name);
        if (plain.equals(pandasType()) || plain.equals(pandasScalar()) || plain.equals(plain(column.declared()))) {
            return true;
        }
        return switch (column.type()) {
            case BOOLEAN -> Set.of("boolean", "booleantype", "bool_").contains(plain) || !gaps && plain.equals("bool");
            case INTEGER ->
                switch (column.declared()) {
                    case "BIGINT" ->
                        Set.of("bigint", "longtype", "long").contains(plain) || !gaps && plain.equals("int_");
                    case "INTEGER" ->
                        Set.of("integer", "int4", "integertype", "int").contains(plain);
                    case "SMALLINT" -> Set.of("smallint", "int2", "shorttype").contains(plain);
                    case "TINYINT" -> Set.of("tinyint", "bytetype").contains(plain);
                    default -> false;
                };
            case FLOAT ->
                column.declared().equals("DOUBLE")
                        ? Set.of("double", "float8", "doubletype", "float_", "float")
                                .contains(plain)
                        : Set.of("real", "float4", "floattype").contains(plain);
            case DECIMAL -> Set.of("decimal", "numeric", "decimaltype").contains(plain);
            case TEXT ->
                Set.of("str", "string", "varchar", "text", "stringtype", "str_", "string_types")
                        .contains(plain);
            case DATE -> Set.of("date", "datetype").contains(plain);
            case TIMESTAMP ->
                Set.of("timestamp", "timestamptype", "datetime", "datetime64", "datetime64[ns]", "datetime64[us]")
                        .contains(plain);
            case TIME -> plain.equals("time");
            case BINARY -> Set.of("bytes", "binarytype", "blob").contains(plain);
            case NESTED ->
                column.declared().endsWith("]")
                        ? Set.of("list", "arraytype").contains(plain)
                        : Set.of("dict", "structtype").contains(plain);
        };
    }

    /** Whether numbers can be taken from it. */
    static boolean isNumber(ColumnType type) {
        return type == ColumnType.INTEGER || type == ColumnType.FLOAT || type == ColumnType.DECIMAL;
    }
}
