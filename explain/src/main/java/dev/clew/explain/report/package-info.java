/**
 * One page that shows explanations to people: self-contained HTML whose charts are SVG, each with the same content as text.
 * Bars that raise and lower carry a sign and a place, not only a colour.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.explain.report;
