/**
 * Ways to ask a model that runs elsewhere: over HTTP in the dialects of KServe (V1, V2) and MLflow, or a process that reads
 * and writes JSON lines. Every call has a time-out and a bounded answer.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.explain.blackbox;
