/** What others take of a result: OpenLineage facets and Prometheus series. Text only, no I/O. */
@org.jspecify.annotations.NullMarked
package dev.clew.quality.exchange;
