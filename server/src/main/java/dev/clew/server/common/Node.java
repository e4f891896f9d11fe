package dev.clew.server.common;

/** A thing by kind and uid, as leaves, rows and links name it. */
public record Node(Kind kind, Uid uid) {
    public static Node of(Kind kind, Uid uid) {
        return new Node(kind, uid);
    }

    @Override
    public String toString() {
        return kind.text() + ":" + uid.hex();
    }
}
