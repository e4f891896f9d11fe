package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is logged to one run of a tracking server, in as few calls as its limits allow: 1 000 metrics, 100 parameters, 100 tags and less than
 * a megabyte each. Logging the same again changes nothing there.
 */
final class LogCalls {
    private static final int METRICS = 1_000;
    private static final int LABELS = 100;
    private static final int CHARS = 700_000;
    /** Around a point beside its key. */
    private static final int POINT_CHARS = 120;

    private final MlflowTarget target;
    private final String run;
    private ObjectNode body;
    private int metrics;
    private int params;
    private int tags;
    private int chars;

    LogCalls(MlflowTarget target, String run) {
        this.target = target;
        this.run = run;
        this.body = empty();
    }

    private ObjectNode empty() {
        return Json.MAPPER.createObjectNode().put("run_id", run);
    }

    void params(Map<String, String> labels) {
        labels.forEach((key, value) -> {
            room(params < LABELS, key.length() + value.length());
            list("params").addObject().put("key", key).put("value", value);
            params++;
        });
    }

    void tags(Map<String, String> labels) {
        labels.forEach((key, value) -> {
            room(tags < LABELS, key.length() + value.length());
            list("tags").addObject().put("key", key).put("value", value);
            tags++;
        });
    }

    /** @param model its logged model there, or null */
    void point(Source.Point point, @Nullable String model) {
        room(metrics + params + tags < METRICS, point.key().length() + POINT_CHARS);
        ObjectNode node = list("metrics").addObject();
        node.put("key", point.key());
        if (Double.isFinite(point.value())) {
            node.put("value", point.value());
        } else {
            node.put("value", Double.toString(point.value()));
        }
        node.put("timestamp", point.timestamp()).put("step", point.step());
        if (model != null) {
            node.put("model_id", model)
                    .put("run_id", run)
                    .put("dataset_name", point.datasetName())
                    .put("dataset_digest", point.datasetDigest());
        }
        metrics++;
    }

    private ArrayNode list(String name) {
        return body.withArray("/" + name);
    }

    private void room(boolean fits, int more) {
        if (!fits || chars + more > CHARS) {
            flush();
        }
        chars += more;
    }

    void flush() {
        if (metrics + params + tags > 0) {
            target.post("runs/log-batch", body);
        }
        body = empty();
        metrics = 0;
        params = 0;
        tags = 0;
        chars = 0;
    }
}
