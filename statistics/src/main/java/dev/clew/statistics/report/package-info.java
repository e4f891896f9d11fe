/** What was found, as one JSON document, as Evidently's report shape, as a page for people and as Prometheus series. Text only, no I/O. */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.report;
