package dev.clew.ledger.encoding;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an entry or an inner record says: who did what to which thing, why, and what it changed.
 *
 * <p>Encodes to a map of the leaf profile; an absent part is an omitted key. The same type serves leaves and inner
 * records: the rules that differ are in {@link #requireLeaf()} and {@link #requireInner()}. Digests have 32 bytes, uids 16
 * to 32, request ids and tags 16; times are microseconds since the Unix epoch, UTC. Arrays are not copied: do not change
 * them. Equality is by encoded bytes.
 */
@SuppressWarnings("ArrayRecordComponent")
public record Submission(
        @Nullable String namespace,
        String act,
        String who,
        @Nullable String onBehalfOf,
        @Nullable ResourceRef resource,
        @Nullable String why,
        byte[] request,
        byte @Nullable [] oldDigest,
        byte @Nullable [] newDigest,
        @Nullable BodyRef body,
        List<byte[]> tags,
        List<EntryRef> refs,
        @Nullable Long clientMicros,
        @Nullable SubmitterSignature signature,
        @Nullable BatchRef batch,
        @Nullable Long scope) {

    /** Longest act, in Unicode characters. */
    public static final int MAX_ACT = 96;
    /** Longest reason code, in Unicode characters. */
    public static final int MAX_WHY = 64;
    /** Most refs of one entry. */
    public static final int MAX_REFS = 32;
    /** The act of an entry that stands for a batch of inner records. */
    public static final String RECORD_BATCH = "record.batch";

    private static final int NS = 1;
    private static final int ACT = 2;
    private static final int WHO = 3;
    private static final int OBO = 4;
    private static final int RES = 5;
    private static final int WHY = 6;
    private static final int REQ = 7;
    private static final int OLD = 8;
    private static final int NEW = 9;
    private static final int BODY = 10;
    private static final int TAGS = 11;
    private static final int REFS = 12;
    private static final int CTS = 13;
    private static final int SIG = 14;
    private static final int BAT = 15;
    private static final int SCOPE = 16;

    /** Checks sizes; {@link CborException} names what does not fit. */
    public Submission(
            @Nullable String namespace,
            String act,
            String who,
            @Nullable String onBehalfOf,
            @Nullable ResourceRef resource,
            @Nullable String why,
            byte[] request,
            byte @Nullable [] oldDigest,
            byte @Nullable [] newDigest,
            @Nullable BodyRef body,
            List<byte[]> tags,
            List<EntryRef> refs,
            @Nullable Long clientMicros,
            @Nullable SubmitterSignature signature,
            @Nullable BatchRef batch,
            @Nullable Long scope) {
        Shapes.require(!act.isEmpty() && isWithin(act, MAX_ACT), "an act has 1 to 96 characters");
        Shapes.require(!who.isEmpty(), "who is not empty");
        Shapes.require(why == null || isWithin(why, MAX_WHY), "a reason code has at most 64 characters");
        Shapes.require(request.length == 16, "a request id has 16 bytes");
        Shapes.require(oldDigest == null || oldDigest.length == 32, "the old digest has 32 bytes");
        Shapes.require(newDigest == null || newDigest.length == 32, "the new digest has 32 bytes");
        for (byte[] tag : tags) {
            Shapes.require(tag.length == 16, "a subject tag has 16 bytes");
        }
        Shapes.require(refs.size() <= MAX_REFS, "an entry has at most 32 refs");
        Shapes.require(clientMicros == null || clientMicros >= 0, "the client's time is not negative");
        Shapes.require(scope == null || scope >= 0, "a scope is not negative");
        this.namespace = namespace;
        this.act = act;
        this.who = who;
        this.onBehalfOf = onBehalfOf;
        this.resource = resource;
        this.why = why;
        this.request = request;
        this.oldDigest = oldDigest;
        this.newDigest = newDigest;
        this.body = body;
        this.tags = List.copyOf(tags);
        this.refs = List.copyOf(refs);
        this.clientMicros = clientMicros;
        this.signature = signature;
        this.batch = batch;
        this.scope = scope;
    }

    /** Characters are Unicode code points. */
    private static boolean isWithin(String text, int most) {
        return text.length() <= most || text.codePointCount(0, text.length()) <= most;
    }

    /** Starts a submission with what every one has. */
    public static Builder of(String act, String who, byte[] request) {
        return new Builder(act, who, request);
    }

    /** Canonical bytes, at a new array. */
    public byte[] encode() {
        CborWriter out = new CborWriter(CborProfile.LEAF);
        encodeTo(out);
        return out.toByteArray();
    }

    /** Appends the canonical bytes; the way to encode many with one buffer. */
    public void encodeTo(CborWriter out) {
        encodeTo(out, signature);
    }

    /** What {@link SubmitterSignature} signs: {@code "clew/sub/v1" 0x00} and this submission without key 14. */
    public byte[] signedBytes() {
        CborWriter out = new CborWriter(CborProfile.LEAF);
        out.raw(Domains.SUBMISSION);
        encodeTo(out, null);
        return out.toByteArray();
    }

    private void encodeTo(CborWriter out, @Nullable SubmitterSignature signed) {
        out.mapHead(countOfKeys(signed));
        text(out, NS, namespace);
        out.uint(ACT).text(act).uint(WHO).text(who);
        text(out, OBO, onBehalfOf);
        if (resource != null) {
            resource.encodeTo(out.uint(RES));
        }
        text(out, WHY, why);
        out.uint(REQ).bytes(request);
        bytes(out, OLD, oldDigest);
        bytes(out, NEW, newDigest);
        if (body != null) {
            body.encodeTo(out.uint(BODY));
        }
        if (!tags.isEmpty()) {
            out.uint(TAGS).arrayHead(tags.size());
            tags.forEach(out::bytes);
        }
        if (!refs.isEmpty()) {
            out.uint(REFS).arrayHead(refs.size());
            refs.forEach(ref -> ref.encodeTo(out));
        }
        number(out, CTS, clientMicros);
        if (signed != null) {
            signed.encodeTo(out.uint(SIG));
        }
        if (batch != null) {
            batch.encodeTo(out.uint(BAT));
        }
        number(out, SCOPE, scope);
    }

    private int countOfKeys(@Nullable SubmitterSignature signed) {
        return 3
                + one(namespace)
                + one(onBehalfOf)
                + one(resource)
                + one(why)
                + one(oldDigest)
                + one(newDigest)
                + one(body)
                + (tags.isEmpty() ? 0 : 1)
                + (refs.isEmpty() ? 0 : 1)
                + one(clientMicros)
                + one(signed)
                + one(batch)
                + one(scope);
    }

    private static int one(@Nullable Object part) {
        return part == null ? 0 : 1;
    }

    private static void text(CborWriter out, int key, @Nullable String value) {
        if (value != null) {
            out.uint(key).text(value);
        }
    }

    private static void bytes(CborWriter out, int key, byte @Nullable [] value) {
        if (value != null) {
            out.uint(key).bytes(value);
        }
    }

    private static void number(CborWriter out, int key, @Nullable Long value) {
        if (value != null) {
            out.uint(key).uint(value);
        }
    }

    /**
     * Decodes canonical bytes.
     *
     * @throws CborException if they are not canonical, hold an unknown key or break a size
     */
    public static Submission decode(byte[] encoded) {
        CborReader in = new CborReader(CborProfile.LEAF, encoded);
        Builder builder = new Builder();
        long key = -1;
        for (int left = in.mapHead(); left > 0; left--) {
            key = in.key(key);
            builder.decode((int) Math.min(key, Integer.MAX_VALUE), in);
        }
        in.finish();
        return builder.build();
    }

    /**
     * Checks what an entry's own submission must have and must not have.
     *
     * @throws CborException naming the rule
     */
    public Submission requireLeaf() {
        Shapes.require(namespace != null, "a leaf names its namespace");
        Shapes.require(RECORD_BATCH.equals(act) == (batch != null), "key 15 belongs to record.batch alone");
        Shapes.require(batch == null || newDigest == null, "a record.batch has no change list");
        Shapes.require(oldDigest == null || resource != null, "an old digest needs a resource");
        return this;
    }

    /**
     * Checks what an inner record's submission must have and must not have.
     *
     * @throws CborException naming the rule
     */
    public Submission requireInner() {
        Shapes.require(
                namespace == null && resource == null && oldDigest == null && newDigest == null && batch == null,
                "an inner record has no keys 1, 5, 8, 9, 15");
        Shapes.require(scope != null, "an inner record names its scope");
        return this;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Submission that && java.util.Arrays.equals(encode(), that.encode());
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(encode());
    }

    /** Collects the parts of a submission; confined to one thread. */
    public static final class Builder {
        private @Nullable String namespace;
        private @Nullable String act;
        private @Nullable String who;
        private @Nullable String onBehalfOf;
        private @Nullable ResourceRef resource;
        private @Nullable String why;
        private byte @Nullable [] request;
        private byte @Nullable [] oldDigest;
        private byte @Nullable [] newDigest;
        private @Nullable BodyRef body;
        private List<byte[]> tags = List.of();
        private List<EntryRef> refs = List.of();
        private @Nullable Long clientMicros;
        private @Nullable SubmitterSignature signature;
        private @Nullable BatchRef batch;
        private @Nullable Long scope;

        private Builder() {}

        private Builder(String act, String who, byte[] request) {
            this.act = act;
            this.who = who;
            this.request = request;
        }

        /** Key 1: the organisation; absent in inner records. */
        public Builder namespace(@Nullable String value) {
            namespace = value;
            return this;
        }

        /** Key 4: principal on whose behalf {@code who} acted. */
        public Builder onBehalfOf(@Nullable String value) {
            onBehalfOf = value;
            return this;
        }

        /** Key 5: the thing changed. */
        public Builder resource(@Nullable ResourceRef value) {
            resource = value;
            return this;
        }

        /** Key 5: the thing changed. */
        public Builder resource(String kind, byte[] uid) {
            return resource(new ResourceRef(kind, uid));
        }

        /** Key 6: reason code. */
        public Builder why(@Nullable String value) {
            why = value;
            return this;
        }

        /** Key 8: previous digest of the row of the resource. */
        public Builder oldDigest(byte @Nullable [] value) {
            oldDigest = value;
            return this;
        }

        /** Key 9: digest of the change list. */
        public Builder newDigest(byte @Nullable [] value) {
            newDigest = value;
            return this;
        }

        /** Key 10: the detached payload. */
        public Builder body(@Nullable BodyRef value) {
            body = value;
            return this;
        }

        /** Key 11: subject tags; an empty list is an omitted key. */
        public Builder tags(List<byte[]> value) {
            tags = value;
            return this;
        }

        /** Key 12: links, at most 32; an empty list is an omitted key. */
        public Builder refs(List<EntryRef> value) {
            refs = value;
            return this;
        }

        /** Key 13: the submitter's own clock. */
        public Builder clientMicros(@Nullable Long value) {
            clientMicros = value;
            return this;
        }

        /** Key 14: the submitter's signature. */
        public Builder signature(@Nullable SubmitterSignature value) {
            signature = value;
            return this;
        }

        /** Key 15: the inner tree of a batch. */
        public Builder batch(@Nullable BatchRef value) {
            batch = value;
            return this;
        }

        /** Key 16: scope of what changed. */
        public Builder scope(@Nullable Long value) {
            scope = value;
            return this;
        }

        private void decode(int key, CborReader in) {
            switch (key) {
                case NS -> namespace = in.text();
                case ACT -> act = in.text();
                case WHO -> who = in.text();
                case OBO -> onBehalfOf = in.text();
                case RES -> resource = ResourceRef.decode(in);
                case WHY -> why = in.text();
                case REQ -> request = in.bytes(16);
                case OLD -> oldDigest = in.bytes(32);
                case NEW -> newDigest = in.bytes(32);
                case BODY -> body = BodyRef.decode(in);
                case TAGS -> tags = items(in, reader -> reader.bytes(16), Integer.MAX_VALUE);
                case REFS -> refs = items(in, EntryRef::decode, MAX_REFS);
                case CTS -> clientMicros = in.uint();
                case SIG -> signature = SubmitterSignature.decode(in);
                case BAT -> batch = BatchRef.decode(in);
                case SCOPE -> scope = in.uint();
                default -> throw new CborException("not of the required shape: key " + key + " is unknown");
            }
        }

        private static <T> List<T> items(CborReader in, java.util.function.Function<CborReader, T> item, int most) {
            int count = in.arrayHead();
            Shapes.require(count >= 1 && count <= most, "an empty or too long list is left out");
            List<T> items = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                items.add(item.apply(in));
            }
            return items;
        }

        /**
         * The submission.
         *
         * @throws CborException if act, who or request is missing or a size is wrong
         */
        public Submission build() {
            if (act == null || who == null || request == null) {
                throw new CborException("not of the required shape: act, who and request id are mandatory");
            }
            return new Submission(
                    namespace,
                    act,
                    who,
                    onBehalfOf,
                    resource,
                    why,
                    request,
                    oldDigest,
                    newDigest,
                    body,
                    tags,
                    refs,
                    clientMicros,
                    signature,
                    batch,
                    scope);
        }
    }
}
