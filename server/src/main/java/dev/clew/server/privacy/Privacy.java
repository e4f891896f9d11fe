package dev.clew.server.privacy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.Duties;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Entries;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Tables;
import dev.clew.server.ports.PersonalData;
import dev.clew.server.ports.PersonalReads;
import dev.clew.server.ports.Principals;
import dev.clew.server.storage.Database;
import dev.clew.server.vault.Erasing;
import dev.clew.server.vault.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The feature's parts, and what it goes on with at start. Thread-safe. */
public final class Privacy implements AutoCloseable {
    static final String NAMESPACE = Scopes.DEFAULT_NAMESPACE;

    private final Vault vault;
    private final ErasureStore store;
    private final List<PersonalData> data;
    private final ErasureLog log;
    private final Execution execution;
    private final ErasureQueue queue;
    private final Subjects subjects;
    private final Erasures erasures;

    /** What this feature stores. */
    public static Tables tables() {
        return Tables.of(Erasure.ERASURES, Claim.CLAIMS);
    }

    /**
     * Opens the feature; nothing goes on before {@link #resume}.
     *
     * @param leaves leaf data of an entry that lies in a bundle
     * @param data what features store of a person, {@code views} what records say
     * @param duties who is another person than the requester
     * @param passed told after every durable step of an execution
     */
    public Privacy(
            Journal journal,
            Database database,
            Vault vault,
            Entries entries,
            LongFunction<byte[]> leaves,
            PersonalReads reads,
            Principals principals,
            List<PersonalData> data,
            List<PersonalData.View> views,
            ErasureLog log,
            PrivacyConfig config,
            Supplier<Duties> duties,
            Consumer<ErasureStep> passed,
            InstantSource clock) {
        this.vault = vault;
        this.store = new ErasureStore(database);
        this.data = List.copyOf(data);
        this.log = log;
        var handles = new Handles(config.handleValid(), clock);
        this.execution =
                new Execution(journal, entries, vault, store, data, log, handles, config.backupHorizon(), passed);
        this.queue = new ErasureQueue(execution);
        this.subjects = new Subjects(vault, reads, principals, data, views, handles);
        this.erasures =
                new Erasures(journal, vault, entries, leaves, store, data, reads, handles, queue, duties, clock);
    }

    public Subjects subjects() {
        return subjects;
    }

    public Erasures erasures() {
        return erasures;
    }

    /** The file of erasures, begun if there is none. */
    public Path erasuresFile() {
        try {
            log.begin();
            return log.file();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Waits until no erasure rewrites files, and lets them go on when what is returned is closed, by the same thread. */
    public AutoCloseable hold() {
        return execution.hold();
    }

    /** Goes on, in the background, with every erasure that a stop or kill interrupted. */
    public void resume() {
        Set<Uid> waiting = new HashSet<>();
        for (Erasing.Open open : vault.erasing().open()) {
            var row = store.find(open.erasure());
            boolean untouched = open.step() == Erasing.Step.REQUESTED;
            if (untouched && (row.isEmpty() || row.get().state() == Erasure.State.REFUSED)) {
                vault.erasing().withdraw(open.erasure());
            } else if (!untouched) {
                waiting.add(open.erasure());
            }
        }
        waiting.addAll(store.claimed());
        waiting.forEach(queue::start);
    }

    /** As {@link #repeat(List)}, the erasures of a file; none when there is no such file. */
    public int repeat(Path erasures) {
        try {
            return Files.exists(erasures) ? repeat(ErasureLog.read(erasures)) : 0;
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.CONFIGURATION, "The erasures to be repeated cannot be read; restore the copy again.", e);
        }
    }

    /**
     * Repeats erasures that are newer than a restored copy, before it serves: destroys each key and every trace, with entries of its own,
     * and keeps the lines for the next restore.
     *
     * @return erasures that the copy still had something of
     */
    int repeat(List<ErasureLog.Line> lines) {
        Map<String, ErasureLog.Line> byMac = lines.stream()
                .collect(Collectors.toMap(line -> hex(line.mac()), line -> line, (first, second) -> second));
        Set<String> namespaces = lines.stream().map(ErasureLog.Line::namespace).collect(Collectors.toSet());
        Map<Uid, ErasureLog.Line> found = new HashMap<>();
        for (String namespace : namespaces) {
            vault.index(namespace, new byte[0]);
            for (Erasing.Matched subject : vault.erasing()
                    .matching(each ->
                            each.namespace().equals(namespace) && byMac.containsKey(mac(namespace, each.psid())))) {
                found.put(subject.psid(), byMac.get(mac(namespace, subject.psid())));
            }
            for (PersonalData each : data) {
                for (Uid key : each.keyIds(key -> byMac.containsKey(mac(namespace, key)))) {
                    found.put(key, byMac.get(mac(namespace, key)));
                }
            }
        }
        found.forEach((psid, line) -> {
            Uid erasure = vault.erasing().open().stream()
                    .filter(open -> open.psid().equals(psid))
                    .map(Erasing.Open::erasure)
                    .findFirst()
                    .orElse(line.erasure());
            vault.erasing().repeat(erasure, line.namespace(), psid);
            execution.destroy(erasure);
            execution.forget(erasure);
        });
        lines.forEach(this::close);
        return found.size();
    }

    /** Of an erasure whose subject the copy does not have: what it says of it, if anything, is brought up to date. */
    private void close(ErasureLog.Line line) {
        store.find(line.erasure())
                .filter(row -> vault.erasing().find(row.uid()).isEmpty())
                .ifPresent(row -> execution.close(row, line));
        try {
            log.append(line);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private static ClewException unwritable(IOException e) {
        return new ClewException(
                ErrorCode.CONFIGURATION,
                "The file of erasures cannot be written; let the server's user write beside the ledger's anchor, or set privacy.erasures_file.",
                e);
    }

    private String mac(String namespace, Uid psid) {
        return hex(vault.index(namespace, psid.bytes()));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        queue.close();
    }
}
