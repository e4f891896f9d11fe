package dev.clew.server.ports;

/** How a role holds a permission: the values of a cell of the permission matrix, except "denied", which is the absence of all. */
public enum Right {
    /** In scope. */
    ALLOWED("●"),
    /** On own resources only. */
    OWN("o"),
    /** Without personal content. */
    MASKED("m"),
    /** With a justification, which is stored. */
    JUSTIFIED("●j"),
    /** By a request that a second person approves. */
    FOUR_EYES("2"),
    /** For requests of the role's own domain. */
    DOMAIN("●*"),
    /** For human overrides that a business system reports. */
    REPORTED("●†"),
    /** For computing lookup tags, never the reverse. */
    TAG("●‡"),
    /** For what an approval covers. */
    COVERED("●§"),
    /** For entries of the role's own domain. */
    OWN_DOMAIN("●°");

    private final String cell;

    Right(String cell) {
        this.cell = cell;
    }

    /** As the matrix writes it. */
    public String cell() {
        return cell;
    }

    public int bit() {
        return 1 << ordinal();
    }
}
