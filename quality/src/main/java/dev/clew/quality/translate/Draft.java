package dev.clew.quality.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.suite.Expectation;
import dev.clew.quality.suite.Severity;
import dev.clew.quality.suite.Suite;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A suite being written by one of the readers. */
final class Draft {
    private final List<Expectation> expectations = new ArrayList<>();
    private final List<String> untranslated = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private final List<Translation.Monitor> monitors = new ArrayList<>();

    void add(String type, ObjectNode kwargs, Severity severity) {
        expectations.add(Expectation.of(type, kwargs).withSeverity(severity));
    }

    void refuse(String what) {
        untranslated.add(what);
    }

    /** Something that was translated and means slightly more or less. */
    void remark(String what) {
        remarks.add(what);
    }

    /** A rule about two tables: for {@code clew drift}, not for one of them. */
    void monitor(String column, String method, double threshold, String from) {
        monitors.add(new Translation.Monitor(column, method, threshold, from));
    }

    Translation suite(String name) {
        ObjectNode meta = kwargs();
        if (!monitors.isEmpty()) {
            var list = meta.putObject("clew").putArray("monitor");
            for (Translation.Monitor each : monitors) {
                list.addObject()
                        .put("column", each.column())
                        .put("method", each.method())
                        .put("threshold", each.threshold())
                        .put("from", each.from());
            }
        }
        return new Translation(new Suite(name, expectations, kwargs(), meta, null), untranslated, remarks, monitors);
    }

    static ObjectNode kwargs() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode column(String name) {
        return kwargs().put("column", name);
    }

    static void put(ObjectNode kwargs, String name, @Nullable JsonNode value) {
        if (value != null && !value.isMissingNode() && !value.isNull()) {
            kwargs.set(name, value);
        }
    }
}
