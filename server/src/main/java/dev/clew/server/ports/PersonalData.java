package dev.clew.server.ports;

import dev.clew.server.common.Uid;
import java.util.List;

/** What a feature holds of one person, found by psid. Each feature that seals under subject keys implements it. */
public interface PersonalData {
    /** @param seq batch entry, or −1 while unleaved */
    record Item(String kind, Uid id, long seq, int index, long micros) {}

    /** All records sealed under this subject's key, oldest first; at most {@code limit}, from the id after {@code after}. */
    List<Item> list(Uid psid, Uid after, int limit);

    /** Removes the person's bytes from rewritable files and caches, after the key is gone. Repeatable. Returns how many records. */
    long forget(Uid psid);

    /** Whether any file still holds the person. */
    boolean holds(Uid psid);
}
