package dev.clew.server.access;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One user or service account as administrators see it. */
public record PrincipalView(
        String id, String name, String state, @Nullable String owner, List<RoleGrantView> roles) {
    /** Roles that have not ended. */
    public List<RoleGrantView> held() {
        return roles.stream().filter(role -> !role.ended()).toList();
    }

    /** Whether it can still sign in. */
    @JsonIgnore
    public boolean isActive() {
        return state.equals(Principal.ACTIVE);
    }
}
