package dev.clew.ledger.encoding;

import java.util.ArrayList;
import java.util.List;

/**
 * Body of a {@code subject.erase} entry, form 0: which payloads can no longer be opened, and nothing about the person.
 *
 * <p>Value-profile map: 1 affected payloads, ascending, each {@code seq} or {@code [seq, i]}; 2 code of the legal basis; 3
 * when the key was destroyed; 4 until when a backup may still hold it (both microseconds since the epoch).
 *
 * @param affected the payloads
 * @param basis code of the legal basis
 * @param destroyedMicros when the key was destroyed
 * @param horizonMicros last moment a backup may still hold the key
 */
public record ErasureBody(List<Place> affected, String basis, long destroyedMicros, long horizonMicros) {
    /** Media type by which an entry names this body. */
    public static final String MEDIA_TYPE = "subject-erase/1";

    /** Copies the list. */
    public ErasureBody {
        affected = List.copyOf(affected);
    }

    /**
     * A payload in the log.
     *
     * @param seq the entry
     * @param inner the record in its batch, or −1 for the entry's own payload
     */
    public record Place(long seq, int inner) implements Comparable<Place> {
        /** Marks the payload of the entry itself. */
        public static final int OWN = -1;

        @Override
        public int compareTo(Place other) {
            int bySeq = Long.compare(seq, other.seq);
            return bySeq != 0 ? bySeq : Integer.compare(inner, other.inner);
        }
    }

    /** Canonical bytes. */
    public byte[] encode() {
        CborWriter out = new CborWriter(CborProfile.VALUE);
        out.mapHead(4).uint(1).arrayHead(affected.size());
        for (Place place : affected) {
            if (place.inner() == Place.OWN) {
                out.uint(place.seq());
            } else {
                out.arrayHead(2).uint(place.seq()).uint(place.inner());
            }
        }
        return out.uint(2)
                .text(basis)
                .uint(3)
                .uint(destroyedMicros)
                .uint(4)
                .uint(horizonMicros)
                .toByteArray();
    }

    /**
     * Decodes a body.
     *
     * @throws CborException if it is not canonical, has other keys or does not ascend
     */
    public static ErasureBody decode(byte[] body) {
        CborReader in = new CborReader(CborProfile.VALUE, body);
        Shapes.require(in.mapHead() == 4 && in.key(-1) == 1, "an erasure has keys 1 to 4");
        int count = in.arrayHead();
        List<Place> affected = new ArrayList<>(count);
        Place previous = null;
        for (int i = 0; i < count; i++) {
            Place place = place(in);
            Shapes.require(previous == null || previous.compareTo(place) < 0, "affected payloads ascend");
            affected.add(place);
            previous = place;
        }
        Shapes.require(in.key(1) == 2, "an erasure has keys 1 to 4");
        String basis = in.text();
        Shapes.require(in.key(2) == 3, "an erasure has keys 1 to 4");
        long destroyed = in.uint();
        Shapes.require(in.key(3) == 4, "an erasure has keys 1 to 4");
        ErasureBody erasure = new ErasureBody(affected, basis, destroyed, in.uint());
        in.finish();
        return erasure;
    }

    private static Place place(CborReader in) {
        if (in.peek() == CborReader.Kind.UNSIGNED) {
            return new Place(in.uint(), Place.OWN);
        }
        in.arrayHead(2);
        long seq = in.uint();
        long inner = in.uint();
        Shapes.require(inner < BatchRef.MAX_COUNT, "an inner index is 0 to 4095");
        return new Place(seq, (int) inner);
    }
}
