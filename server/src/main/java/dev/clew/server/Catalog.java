package dev.clew.server;

import dev.clew.server.access.Access;
import dev.clew.server.datasets.Datasets;
import dev.clew.server.decisions.Decisions;
import dev.clew.server.deployments.Deployments;
import dev.clew.server.journal.Idempotency;
import dev.clew.server.journal.Tables;
import dev.clew.server.ledgers.Ledgers;
import dev.clew.server.privacy.Privacy;
import dev.clew.server.registry.Registry;
import dev.clew.server.segments.Segments;
import dev.clew.server.spans.Spans;
import dev.clew.server.tracking.Tracking;
import java.util.List;

/** Every table of the product, by feature: what a check must read. A feature with a table adds its line. */
public final class Catalog {
    private Catalog() {}

    public static List<Tables> tables() {
        return List.of(
                Idempotency.tables(),
                Ledgers.tables(),
                Segments.tables(),
                Tracking.tables(),
                Registry.tables(),
                Datasets.tables(),
                Deployments.tables(),
                Access.tables(),
                Privacy.tables(),
                Decisions.tables(),
                Spans.tables());
    }
}
