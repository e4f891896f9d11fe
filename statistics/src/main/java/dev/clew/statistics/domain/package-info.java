/** Can a model tell which of two samples a row comes from? What the classifiers of drift share; not for other callers. */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.domain;
