package dev.clew.quality.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.profile.ColumnProfile;
import dev.clew.quality.profile.Numbers;
import dev.clew.quality.profile.Profile;
import dev.clew.quality.suite.Severity;
import dev.clew.quality.validation.ExpectationResult;
import dev.clew.quality.validation.ValidationResult;

/** Results as facets of an OpenLineage input dataset, spec 2-0-2. Stateless. */
public final class OpenLineageFacets {
    private static final String SPEC = "https://openlineage.io/spec/facets/";

    private OpenLineageFacets() {}

    /**
     * {@code {dataQualityAssertions: …}}: one assertion an expectation, named by its type. What could not be judged has not succeeded, and
     * says why. Values of rows are not in it.
     *
     * @param producer URI of what ran the suite
     */
    public static ObjectNode of(ValidationResult result, String producer) {
        ObjectNode facet = facet(
                producer, "1-1-0/DataQualityAssertionsDatasetFacet.json#/$defs/DataQualityAssertionsDatasetFacet");
        var assertions = facet.putArray("assertions");
        for (ExpectationResult each : result.results()) {
            ObjectNode assertion = assertions.addObject();
            assertion.put("assertion", each.expectation().type());
            assertion.put("success", each.success());
            JsonNode column = each.expectation().kwargs().path("column");
            if (column.isTextual()) {
                assertion.put("column", column.textValue());
            }
            assertion.put("severity", each.expectation().severity() == Severity.CRITICAL ? "error" : "warn");
            if (each.expectation().description() != null) {
                assertion.put("description", each.expectation().description());
            }
            JsonNode observed = each.result().path("observed_value");
            if (each.exception() != null) {
                assertion.put("actual", "not judged: " + each.exception());
            } else if (observed.isValueNode() && !observed.isNull()) {
                assertion.put("actual", observed.asText());
            } else if (each.result().has("unexpected_count")) {
                assertion.put(
                        "actual",
                        "%s unexpected of %s"
                                .formatted(
                                        each.result().get("unexpected_count").asText(),
                                        each.result().path("element_count").asText()));
            }
        }
        return JsonNodeFactory.instance.objectNode().set("dataQualityAssertions", facet);
    }

    /**
     * {@code {dataQualityMetrics: …}}: what a profile counted.
     *
     * @param producer URI of what made the profile
     */
    public static ObjectNode of(Profile profile, String producer) {
        ObjectNode facet = facet(
                producer, "1-0-3/DataQualityMetricsInputDatasetFacet.json#/$defs/DataQualityMetricsInputDatasetFacet");
        facet.put("rowCount", profile.rows());
        ObjectNode columns = facet.putObject("columnMetrics");
        profile.columns().forEach(column -> columns.set(column.name(), column(column)));
        return JsonNodeFactory.instance.objectNode().set("dataQualityMetrics", facet);
    }

    private static ObjectNode column(ColumnProfile column) {
        ObjectNode metrics = JsonNodeFactory.instance.objectNode();
        metrics.put("nullCount", column.missing());
        metrics.put("distinctCount", column.distinct());
        metrics.put("count", column.present());
        Numbers numbers = column.numbers();
        if (numbers != null) {
            metrics.put("sum", numbers.mean() * (column.present() - numbers.infinite()));
            metrics.put("min", numbers.min());
            metrics.put("max", numbers.max());
            ObjectNode quantiles = metrics.putObject("quantiles");
            for (int i = 0; i < numbers.quantiles().size(); i++) {
                quantiles.put(
                        Numbers.QUANTILES.get(i).toString(), numbers.quantiles().get(i));
            }
        }
        return metrics;
    }

    private static ObjectNode facet(String producer, String schema) {
        return JsonNodeFactory.instance.objectNode().put("_producer", producer).put("_schemaURL", SPEC + schema);
    }
}
