package dev.clew.server.deployments;

import dev.clew.server.config.Default;
import dev.clew.server.config.Doc;
import java.util.List;
import java.util.Locale;

/** Settings {@code policy.*}: what asks for an approval. A changed value becomes an entry {@code policy.set} at start. */
public record Policies(
        @Default("")
        @Doc(
                "Aliases that only an approved version may carry, such as champion or credit/champion, separated by commas")
        List<String> protectedAliases,

        @Default("none")
        @Doc("Which deployments need an approved version: none, production (tiers production and high) or all")
        ApprovalNeeded approvalNeeded) {
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
