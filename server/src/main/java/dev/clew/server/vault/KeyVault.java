package dev.clew.server.vault;

import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.Commitment;
import dev.clew.ledger.encoding.SealedBody;
import dev.clew.ledger.encoding.SubjectTags;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import dev.clew.server.storage.KeyStore;
import dev.clew.server.storage.Sealing;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The vault over a {@link KeyStore}. Thread-safe.
 *
 * <p>A body of form 1 is stored as {@code id of the bucket key (16) ‖ nonce ‖ AES-256-GCM(r ‖ text) ‖ tag}, sealed under
 * {@code HKDF(K_b, "clew/rest/v1")} with the commitment as associated data; one of form 2 as its ciphertext and tag.
 */
public final class KeyVault implements Vault {
    private static final String TEXT = "text";
    private static final int MAX_BATCH = 4_096;
    private static final byte[] REST = KeyRing.info("clew/rest/v1");

    private final KeyStore store;
    private final VaultWriter writer;
    private final KeyRing ring;
    private final SubjectKeys subjects;
    private final BucketKeys buckets;
    private final VaultErasing erasing;
    private final byte[] rootKey;
    private final AtomicLong epoch = new AtomicLong();

    private KeyVault(byte[] rootKey, KeyStore store, InstantSource clock) {
        this.rootKey = rootKey;
        this.store = new PlatformReads(store);
        this.writer = new VaultWriter(store, rootKey, this::moveTo);
        this.ring = new KeyRing(rootKey, this.store, writer, clock);
        this.subjects = new SubjectKeys(ring, this.store, writer, clock);
        this.buckets = new BucketKeys(ring, clock);
        this.erasing = new VaultErasing(ring, subjects, this.store, writer);
    }

    /**
     * Opens the vault; makes the root key and the first organisation's keys at the first start. Owns the store from then on.
     *
     * @param rootKeyFile {@code keys/root.key} or the file that {@code CLEW_ROOT_KEY_FILE} names
     * @throws ClewException KEY_MISSING when the root key is missing or is another one; the message says what is still possible
     */
    public static KeyVault open(Path rootKeyFile, KeyStore store, InstantSource clock) {
        try {
            Optional<byte[]> sealed = store.read(KeyStore.Reads::summary);
            byte[] rootKey = RootKey.load(rootKeyFile, sealed.isEmpty());
            long epoch =
                    sealed.map(bytes -> Summary.open(rootKey, bytes).epoch()).orElse(0L);
            var vault = new KeyVault(rootKey, store, clock);
            vault.epoch.set(epoch);
            if (sealed.isEmpty()) {
                vault.writer.run((rows, summary) -> {
                    summary.touch();
                    return true;
                });
            }
            return vault;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /**
     * Opens an existing vault to look at it: nothing is made, nothing written. Owns the store from then on.
     *
     * @throws ClewException KEY_MISSING when the root key is another one, ROW_DAMAGED when the vault is not what was written
     */
    public static KeyVault openReadOnly(Path rootKeyFile, KeyStore store, InstantSource clock) {
        try {
            byte[] sealed = store.read(KeyStore.Reads::summary).orElseThrow(KeyVault::damaged);
            byte[] rootKey = RootKey.load(rootKeyFile, false);
            var vault = new KeyVault(rootKey, store, clock);
            vault.epoch.set(Summary.open(rootKey, sealed).epoch());
            return vault;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    @Override
    public Sealed sealForSubject(
            String namespace, String subjectNamespace, String subjectId, String mediaType, byte[] plaintext) {
        var subject = new Subject(subjectNamespace, subjectId);
        return sealAll(namespace, List.of(new Plain.Personal(subject, mediaType, plaintext)))
                .getFirst();
    }

    @Override
    public Optional<Sealed> sealForKey(byte[] keyId, String mediaType, byte[] plaintext) {
        long taken = epoch.get();
        var subject = subjects.byPsid(keyId);
        if (subject.isPresent()) {
            return subject.filter(key -> !key.isErasing()).map(key -> seal(key, taken, mediaType, plaintext));
        }
        return buckets.byId(keyId).map(key -> seal(key, taken, mediaType, plaintext));
    }

    @Override
    public Sealed sealForBucket(
            String namespace, int scope, String dataClass, long micros, String mediaType, byte[] plaintext) {
        long taken = epoch.get();
        return seal(buckets.take(namespace, scope, dataClass, micros), taken, mediaType, plaintext);
    }

    @Override
    public List<Sealed> sealAll(String namespace, List<? extends Plain> payloads) {
        if (payloads.size() > MAX_BATCH) {
            throw new IllegalArgumentException("At most %d payloads are sealed at once".formatted(MAX_BATCH));
        }
        long taken = epoch.get();
        var persons = new ArrayList<Subject>();
        for (Plain payload : payloads) {
            if (payload instanceof Plain.Personal personal) {
                persons.add(personal.subject());
            }
        }
        var keys = subjects.take(namespace, persons).iterator();
        var sealed = new ArrayList<Sealed>(payloads.size());
        for (Plain payload : payloads) {
            sealed.add(
                    switch (payload) {
                        case Plain.Personal personal ->
                            seal(keys.next(), taken, personal.mediaType(), personal.bytes());
                        case Plain.Bucketed bucketed ->
                            seal(
                                    buckets.take(namespace, bucketed.scope(), bucketed.dataClass(), bucketed.micros()),
                                    taken,
                                    bucketed.mediaType(),
                                    bucketed.bytes());
                    });
        }
        return sealed;
    }

    @Override
    public Body salted(String namespace, int scope, String mediaType, byte[] plaintext) {
        var bucket = buckets.take(namespace, scope, TEXT, ring.micros());
        byte[] r = Primitives.random(Commitment.SECRET_BYTES);
        byte[] commit = Commitment.salted(r, mediaType, plaintext);
        byte[] sealed = Primitives.seal(restKey(bucket), commit, concat(r, plaintext));
        return new Body(mediaType, BodyRef.SALTED, commit, plaintext.length, null, null, concat(bucket.id(), sealed));
    }

    @Override
    public Optional<byte[]> open(byte[] keyId, Body body) {
        return body.form() == BodyRef.PLAIN
                ? Optional.of(body.stored())
                : reveal(keyId, body).map(SealedBody.Opened::body);
    }

    @Override
    public Optional<byte[]> disclosureKey(byte[] keyId, Body body) {
        return body.form() == BodyRef.PLAIN
                ? Optional.empty()
                : reveal(keyId, body).map(SealedBody.Opened::secret);
    }

    @Override
    public Optional<Uid> findSubject(String namespace, String subjectNamespace, String subjectId) {
        return subjects.find(namespace, new Subject(subjectNamespace, subjectId))
                .filter(key -> !key.isErasing())
                .map(key -> Uid.of(key.psid()));
    }

    @Override
    public Optional<byte[]> tagKey(Uid psid) {
        return subjects.byPsid(psid.bytes()).map(key -> key.tagKey().clone());
    }

    @Override
    public boolean holdsKey(byte[] keyId) {
        var subject = subjects.byPsid(keyId);
        return subject.isPresent()
                ? !subject.get().isErasing()
                : buckets.byId(keyId).isPresent();
    }

    @Override
    public byte[] index(String namespace, byte[] data) {
        return Primitives.hmac(ring.ofOrganisation(namespace, "index").bytes(), data);
    }

    @Override
    public byte[] mac(String purpose, byte[] data) {
        return Primitives.hmac(ring.instance("mac", purpose).bytes(), data);
    }

    @Override
    public byte[] signingSeed(String purpose) {
        return ring.instance("seed", purpose).bytes().clone();
    }

    @Override
    public byte[] sealValue(String namespace, String purpose, byte[] id, byte[] plaintext) {
        return ring.sealValue(namespace, purpose, id, plaintext);
    }

    @Override
    public byte[] openValue(String namespace, String purpose, byte[] id, byte[] sealed) {
        return ring.openValue(namespace, purpose, id, sealed);
    }

    @Override
    public Sealing sealing(String namespace, String purpose) {
        return new SegmentedSealing(namespace, purpose, () -> ring.purposeKey(namespace, purpose));
    }

    @Override
    public void noteAccess(List<Access> accesses) {
        var rows = accesses.stream()
                .map(access -> new KeyStore.AccessRow(
                        access.psid().bytes(),
                        access.record().bytes(),
                        access.about().bytes(),
                        access.who(),
                        access.purpose(),
                        access.micros()))
                .toList();
        writer.run((writes, summary) -> {
            writes.insertAccesses(rows);
            rows.forEach(summary::added);
            return true;
        });
    }

    @Override
    public List<Access> accesses(Uid psid, long beforeMicros, int limit) {
        return store.read(rows -> rows.accesses(psid.bytes(), beforeMicros, limit)).stream()
                .map(row -> new Access(
                        Uid.of(row.psid()),
                        Uid.of(row.record()),
                        Uid.of(row.about()),
                        row.who(),
                        row.purpose(),
                        row.micros()))
                .toList();
    }

    @Override
    public long epoch() {
        return epoch.get();
    }

    @Override
    public Erasing erasing() {
        return erasing;
    }

    /** Looks at what other servers did to a shared vault; one small read. */
    public void refresh() {
        store.read(KeyStore.Reads::summary)
                .ifPresent(row -> moveTo(Summary.open(rootKey, row).epoch()));
    }

    /** Compares every row with the summary and unwraps every key; one line per finding, none when all is well. */
    public List<String> check() {
        return store.read(rows -> VaultCheck.of(rows, rootKey, ring));
    }

    /** Problems of the vault's file, whatever it holds, a sentence each; see {@link KeyStore#integrity}. */
    public void integrity(boolean indexes, Consumer<String> problems) {
        store.integrity(indexes, problems);
    }

    /** A consistent copy of all wrapped keys, for a key archive. It opens with this root key only. */
    public void copyTo(Path file) {
        store.copyTo(file);
    }

    @Override
    public void close() {
        writer.close();
        store.close();
        Arrays.fill(rootKey, (byte) 0);
    }

    /** Evicts before the new epoch can be seen: whoever sees it asks again and must not be answered from before. */
    private void moveTo(long seen) {
        if (epoch.get() != seen) {
            subjects.evictAll();
            epoch.set(seen);
        }
    }

    private static Sealed seal(SubjectKeys.SubjectKey key, long epoch, String mediaType, byte[] plaintext) {
        byte[] n = Primitives.random(Primitives.KEY_BYTES);
        var sealed = SealedBody.seal(key.key(), n, mediaType, plaintext);
        return new Sealed(body(sealed), key.psid().clone(), SubjectTags.tag(key.tagKey(), n), epoch);
    }

    private static Sealed seal(KeyRing.Key key, long epoch, String mediaType, byte[] plaintext) {
        var sealed = SealedBody.seal(key.bytes(), Primitives.random(Primitives.KEY_BYTES), mediaType, plaintext);
        return new Sealed(body(sealed), key.id().clone(), null, epoch);
    }

    private static Body body(SealedBody sealed) {
        BodyRef ref = sealed.ref();
        return new Body(
                ref.mediaType(),
                ref.form(),
                ref.commit(),
                ref.size(),
                ref.ciphertextDigest(),
                ref.n(),
                sealed.ciphertext());
    }

    private Optional<SealedBody.Opened> reveal(byte[] keyId, Body body) {
        return body.form() == BodyRef.SALTED ? revealSalted(body) : revealSealed(keyId, body);
    }

    private Optional<SealedBody.Opened> revealSealed(byte[] keyId, Body body) {
        var key = subjects.byPsid(keyId)
                .map(SubjectKeys.SubjectKey::key)
                .or(() -> buckets.byId(keyId).map(KeyRing.Key::bytes));
        return key.map(bytes -> SealedBody.open(bytes, ref(body), body.stored()).orElseThrow(KeyVault::damaged));
    }

    private Optional<SealedBody.Opened> revealSalted(Body body) {
        if (body.stored().length < Primitives.ID_BYTES) {
            throw damaged();
        }
        byte[] id = Arrays.copyOf(body.stored(), Primitives.ID_BYTES);
        byte[] sealed = Arrays.copyOfRange(body.stored(), Primitives.ID_BYTES, body.stored().length);
        return buckets.byId(id).map(key -> {
            byte[] plain = Primitives.open(restKey(key), body.commit(), sealed)
                    .filter(bytes -> bytes.length >= Commitment.SECRET_BYTES)
                    .orElseThrow(KeyVault::damaged);
            byte[] r = Arrays.copyOf(plain, Commitment.SECRET_BYTES);
            byte[] text = Arrays.copyOfRange(plain, Commitment.SECRET_BYTES, plain.length);
            if (!Commitment.matches(ref(body), r, text)) {
                throw damaged();
            }
            return new SealedBody.Opened(text, r);
        });
    }

    @SuppressWarnings("NullAway") // Class files do not tell of nullable array components.
    private static BodyRef ref(Body body) {
        return new BodyRef(
                body.mediaType(), body.form(), body.commit(), body.size(), body.ciphertextDigest(), body.n());
    }

    private static byte[] restKey(KeyRing.Key bucket) {
        return Primitives.hkdf(bucket.bytes(), new byte[0], REST);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static ClewException damaged() {
        return new ClewException(
                ErrorCode.ROW_DAMAGED,
                "A sealed body was opened; its bytes are not those that were sealed. Stop the server and restore a copy of the data directory.");
    }
}
