package dev.clew.ledger.verify;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.EntryRef;
import dev.clew.ledger.encoding.InnerRecord;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.encoding.ResourceRef;
import dev.clew.ledger.encoding.Submission;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A proven entry or record in readable form.
 *
 * @param seq index of the entry
 * @param inner position in the batch, or {@code null} for the entry itself
 * @param time the log's own time, ISO 8601
 * @param act what happened
 * @param isKnown false if this version does not know the act: unknown, proven
 * @param who principal id
 * @param onBehalfOf principal id, or {@code null}
 * @param resource {@code kind:uid}, or {@code null}
 * @param why reason code, or {@code null}
 * @param request request id as a UUID; of a record its own id
 * @param body media type, size and form of the payload, or {@code null}
 * @param refs links as {@code rel → kind:uid}
 */
public record EntryView(
        long seq,
        @Nullable Integer inner,
        String time,
        String act,
        boolean isKnown,
        String who,
        @Nullable String onBehalfOf,
        @Nullable String resource,
        @Nullable String why,
        String request,
        @Nullable String body,
        List<String> refs) {
    private static final List<String> FORMS = List.of("plain", "salted", "sealed");

    /** Copies the list. */
    public EntryView {
        refs = List.copyOf(refs);
    }

    static EntryView of(Leaf leaf, Submission submission) {
        return of(leaf.seq(), null, leaf.timeMicros(), submission);
    }

    static EntryView of(long seq, InnerRecord record, Submission submission) {
        return of(seq, record.index(), record.timeMicros(), submission);
    }

    private static EntryView of(long seq, @Nullable Integer inner, long timeMicros, Submission submission) {
        ResourceRef resource = submission.resource();
        BodyRef body = submission.body();
        return new EntryView(
                seq,
                inner,
                Times.ofMicros(timeMicros),
                submission.act(),
                Act.parse(submission.act()).isPresent(),
                submission.who(),
                submission.onBehalfOf(),
                resource == null ? null : resource.kind() + ":" + uid(resource.uid()),
                submission.why(),
                uid(submission.request()),
                body == null
                        ? null
                        : "%s, %d bytes, %s".formatted(body.mediaType(), body.size(), FORMS.get(body.form())),
                submission.refs().stream().map(EntryView::ref).toList());
    }

    private static String ref(EntryRef ref) {
        return ref.rel() + " \u2192 " + ref.kind() + ":" + uid(ref.uid());
    }

    /** 16 bytes as a UUID, anything else as hexadecimal. */
    static String uid(byte[] uid) {
        String hex = HexFormat.of().formatHex(uid);
        return uid.length != 16
                ? hex
                : String.join(
                        "-",
                        hex.substring(0, 8),
                        hex.substring(8, 12),
                        hex.substring(12, 16),
                        hex.substring(16, 20),
                        hex.substring(20));
    }

    /**
     * True if {@code id} names this entry or record: its request id, and for an entry also its resource or its index. A
     * kind before a colon and dashes are passed over.
     */
    boolean isNamedBy(String id) {
        if (inner == null && id.equals(Long.toString(seq))) {
            return true;
        }
        String wanted = bare(id);
        return wanted.equals(bare(request)) || (resource != null && wanted.equals(bare(resource)));
    }

    private static String bare(String id) {
        return id.substring(id.lastIndexOf(':') + 1).replace("-", "").toLowerCase(Locale.ROOT);
    }
}
