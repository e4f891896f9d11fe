package dev.clew.server.access;

import java.util.List;

/**
 * Why somebody may do something, or may not.
 *
 * @param may whether any grant gives it, be it under a condition
 * @param grants those that give it, each with its conditions
 * @param roles codes of all roles that would give it
 */
public record RightView(
        String user, String name, String permission, boolean may, List<Giving> grants, List<String> roles) {
    /**
     * A grant that gives the permission.
     *
     * @param how the notes of the permission's matrix: {@code allowed}, {@code own}, {@code masked}, {@code justified}, …
     */
    public record Giving(RoleGrantView grant, List<String> how) {}
}
