package dev.clew.server.storage;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the vault: wrapped keys and lookup tags, kept apart from everything else (SQLite: {@code keys/vault.db}; PostgreSQL: schema
 * {@code vault}). Knows no key and no meaning: the vault wraps before it writes and unwraps what it reads. Reads are thread-safe;
 * {@link #write} is confined to one thread. All calls block and must not run on a virtual thread.
 */
public interface KeyStore extends AutoCloseable {
    /**
     * A wrapped key that belongs to an organisation or the instance.
     *
     * @param id 16 bytes
     * @param organisation namespace, empty for keys of the instance
     * @param purpose what it is for, e.g. {@code organisation}, {@code bucket}
     * @param object what it belongs to within the purpose, e.g. {@code 3/decision/20417}; unique with organisation and purpose
     * @param wrappedBy id of the key that wraps it, 16 bytes; zeros for the root key
     */
    record KeyRow(
            byte[] id,
            String organisation,
            String purpose,
            String object,
            byte[] wrapped,
            byte[] wrappedBy,
            long createdMicros) {}

    /**
     * A subject's key.
     *
     * @param lookup keyed tag of the subject's canonical id, 16 bytes
     * @param psid 16 random bytes
     * @param flags bits of the vault
     */
    record SubjectRow(
            byte[] lookup,
            byte[] psid,
            String organisation,
            byte[] wrapped,
            byte[] wrappedBy,
            long flags,
            long createdMicros) {}

    /**
     * An erasure under way; gone when it is verified.
     *
     * @param request uid of the erasure
     * @param step last finished step, of the vault's own counting
     * @param affected sealed list of what it touches, or null before it is known
     */
    record ErasureRow(
            byte[] request, byte[] psid, String organisation, long step, byte @Nullable [] affected, long micros) {}

    /** That somebody looked at a record of a person. The record is the audit entry, which proves it. */
    record AccessRow(byte[] psid, byte[] record, byte[] about, String who, String purpose, long micros) {}

    /** Everything one transaction can read. */
    interface Reads {
        Optional<byte[]> summary();

        Optional<KeyRow> key(byte[] id);

        Optional<KeyRow> key(String organisation, String purpose, String object);

        List<SubjectRow> subjects(Collection<byte[]> lookups);

        Optional<SubjectRow> subjectByPsid(byte[] psid);

        List<ErasureRow> erasures();

        /** Of one person, newest first, before the time and at most {@code limit}. */
        List<AccessRow> accesses(byte[] psid, long beforeMicros, int limit);

        void eachKey(Consumer<KeyRow> consumer);

        void eachSubject(Consumer<SubjectRow> consumer);

        void eachAccess(Consumer<AccessRow> consumer);
    }

    /** Everything one transaction can change. */
    interface Writes extends Reads {
        void putSummary(byte[] sealed);

        void insertKey(KeyRow row);

        /** Adds those whose tag is not there yet, and gives back those that were not added: another row has their tag. */
        List<SubjectRow> insertSubjects(List<SubjectRow> rows);

        /** Replaces wrapped key and flags of a subject. */
        void updateSubject(SubjectRow row);

        void deleteSubject(byte[] psid);

        void deleteKey(byte[] id);

        void updateKey(KeyRow row);

        void putErasure(ErasureRow row);

        void deleteErasure(byte[] request);

        void insertAccesses(List<AccessRow> rows);

        void deleteAccesses(byte[] psid);
    }

    /** Runs one consistent read. */
    <T> T read(Function<Reads, T> work);

    /**
     * Runs one transaction and forces it to disk. Servers that share a PostgreSQL database change the vault one after the
     * other.
     *
     * @throws dev.clew.server.common.ClewException READ_ONLY when the disk is full, UNAVAILABLE when nothing was changed for another
     *     reason; after a failed commit the store refuses further writes
     */
    <T> T write(Function<Writes, T> work);

    /** Leaves nothing of deleted rows behind in the store's files. */
    void scrub();

    /**
     * What is wrong with the file, whatever it holds: pages, schema, values of another type than their column; nothing where the engine
     * looks after its files itself.
     *
     * @param indexes whether every row is looked for in every index, too
     * @param problems told one sentence a problem
     */
    void integrity(boolean indexes, Consumer<String> problems);

    /** A consistent copy of all rows into a new SQLite file, e.g. for a key archive. */
    void copyTo(Path file);

    @Override
    void close();
}
