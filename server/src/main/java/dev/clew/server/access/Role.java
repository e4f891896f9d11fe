package dev.clew.server.access;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Scopes;
import dev.clew.server.ports.Right;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Built-in roles, and what each may: {@code roles.txt} beside this class. */
public enum Role {
    VW("viewer"),
    DS("data scientist"),
    DE("data engineer"),
    RV("reviewer"),
    AP("approver"),
    DP("deployer"),
    OP("operator"),
    CW("case worker"),
    AU("auditor"),
    PO("privacy officer"),
    CO("compliance officer"),
    SA("security administrator"),
    PA("platform administrator"),
    KC("key custodian"),
    SI("ingesting service"),
    SS("serving system"),
    SC("CI service");

    private static final Map<Role, int[]> RIGHTS = load();

    private final String title;

    Role(String title) {
        this.title = title;
    }

    /** {@code DS}, {@code Si}, … */
    public String code() {
        return switch (this) {
            case SI -> "Si";
            case SS -> "Ss";
            case SC -> "Sc";
            default -> name();
        };
    }

    public String title() {
        return title;
    }

    /** Bit sets of {@link Right} by ordinal of the permission. */
    int[] rights() {
        return Objects.requireNonNull(RIGHTS.get(this)).clone();
    }

    /** The role that no account of the same person, nor one that this person owns, may hold; null when there is none. */
    @Nullable
    Role conflictAcrossOwnership() {
        return switch (this) {
            case AP -> SC;
            case SC -> AP;
            case VW, DS, DE, RV, DP, OP, CW, AU, PO, CO, SA, PA, KC, SI, SS -> null;
        };
    }

    /** Grants of it need a second person. */
    boolean isPrivileged() {
        return this == AU || this == PO || this == KC || this == SA;
    }

    /** Whoever holds it is to sign in with a second factor, once there is one. */
    boolean needsSecondFactor() {
        return switch (this) {
            case AP, DP, CW, AU, PO, CO, SA, PA, KC -> true;
            case VW, DS, DE, RV, OP, SI, SS, SC -> false;
        };
    }

    /** After which it ends by itself when nothing else is said; null for never. What weighs most is to be given again. */
    @Nullable
    Duration usualTerm() {
        return switch (this) {
            case AP, DP, AU -> Duration.ofDays(90);
            case VW, DS, DE, RV, OP, CW, PO, CO, SA, PA, KC, SI, SS, SC -> null;
        };
    }

    /** Where it is given when nothing else is said: administrators and auditors answer for the whole instance. */
    public int usualScope() {
        return switch (this) {
            case SA, PA, KC -> Scopes.INSTANCE;
            default -> Scopes.DEFAULT_WORKSPACE;
        };
    }

    /** Roles of one person that exclude it: nobody administers and uses, audits and writes. */
    Set<Role> conflicts() {
        return switch (this) {
            case AU -> EnumSet.complementOf(EnumSet.of(AU, VW));
            case PA -> EnumSet.of(CW, PO, DS, DP, AP, KC, AU);
            case KC -> EnumSet.of(PA, PO, AU);
            case SA -> EnumSet.of(AP, DP, PO, AU);
            case CW, DS -> EnumSet.of(PA, AU);
            case DP, AP -> EnumSet.of(PA, SA, AU);
            case PO -> EnumSet.of(PA, KC, SA, AU);
            case VW -> EnumSet.noneOf(Role.class);
            case DE, RV, OP, CO, SI, SS, SC -> EnumSet.of(AU);
        };
    }

    /** @throws ClewException INVALID_ARGUMENT listing the codes */
    public static Role parse(String code) {
        for (Role role : values()) {
            if (role.code().equals(code)) {
                return role;
            }
        }
        throw new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "Role \"%s\" is unknown; use one of %s."
                        .formatted(code, Arrays.stream(values()).map(Role::code).toList()));
    }

    private static Map<Role, int[]> load() {
        var all = new EnumMap<Role, int[]>(Role.class);
        int[] rights = new int[0];
        try (var in = Objects.requireNonNull(Role.class.getResourceAsStream("roles.txt"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (line.startsWith("[")) {
                    rights = new int[Permission.values().length];
                    all.put(parse(line.substring(1, line.length() - 1)), rights);
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    int colon = line.indexOf(": ");
                    Right right = right(line.substring(0, colon));
                    for (String name : line.substring(colon + 2).split(" ", -1)) {
                        rights[Permission.parse(name).orElseThrow().ordinal()] |= right.bit();
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static Right right(String cell) {
        return Arrays.stream(Right.values())
                .filter(right -> right.cell().equals(cell))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("roles.txt: no right is written " + cell));
    }
}
