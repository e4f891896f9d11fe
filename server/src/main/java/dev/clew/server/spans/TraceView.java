package dev.clew.server.spans;

import java.util.List;

/** A trace with what was said of it, oldest first. */
public record TraceView(SpanTrace trace, List<Assessment> assessments) {}
