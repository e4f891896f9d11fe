package dev.clew.server.deployments;

import java.util.List;
import java.util.Locale;

/** Settings {@code policy.*}: what asks for an approval. A changed value becomes an entry {@code policy.set} at start. */
public record Policies(List<String> protectedAliases, ApprovalNeeded approvalNeeded) {
    /** Which deployments ask for an approval. */
    public enum ApprovalNeeded {
        NONE,
        PRODUCTION,
        ALL;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    boolean isProtected(String model, String alias) {
        return protectedAliases.contains(alias) || protectedAliases.contains(model + "/" + alias);
    }
}
