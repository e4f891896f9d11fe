package dev.clew.ledger.verify;

import dev.clew.ledger.note.NoteException;
import dev.clew.ledger.witness.Policy;
import dev.clew.ledger.witness.PolicyException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a {@code .tlog-proof} bundle, or an export as a directory or zip, against a trust policy. No server, no network.
 *
 * <p>Stateless and thread-safe. Blocks on file reads. Never throws for bad input: everything is in the report.
 */
public final class Verifier {
    private static final long MAX_BUNDLE_BYTES = 16L << 20;

    private Verifier() {}

    /**
     * Verifies a file or directory.
     *
     * @param file a bundle, or the directory or zip of an export
     * @param policy the trust policy; if empty, {@code policy} beside the bundle or in the export is used and the report says
     *     so, else {@code ~/.config/clew/policy}; if there is none the verdict is undecided
     * @param expectId id that the caller asked about: of a record its id, of an entry its request id, resource or index
     */
    public static VerifierReport verifyFile(Path file, Optional<Path> policy, Optional<String> expectId) {
        return verifyFile(file, policy, expectId, Optional.empty());
    }

    /**
     * Verifies a file or directory that must also be a continuation of a checkpoint kept earlier.
     *
     * @param savedCheckpoint file with the note of an earlier checkpoint of the same log
     */
    public static VerifierReport verifyFile(
            Path file, Optional<Path> policy, Optional<String> expectId, Optional<Path> savedCheckpoint) {
        try {
            if (Files.isDirectory(file)) {
                return verifyExport(file, policy, expectId, savedCheckpoint);
            }
            if (!Files.isRegularFile(file)) {
                return undecided("bundle", "none", "there is no file or directory " + file);
            }
            if (isZip(file)) {
                try (FileSystem zip = FileSystems.newFileSystem(file)) {
                    return verifyExport(zip.getPath("/"), policy, expectId, savedCheckpoint);
                }
            }
            if (Files.size(file) > MAX_BUNDLE_BYTES) {
                return undecided("bundle", "none", "the file is larger than any bundle");
            }
            TrustSource trust = TrustSource.find(policy, file.resolveSibling("policy"), "beside the bundle");
            return verifyBundle(
                    Files.readAllBytes(file),
                    trust.policy(),
                    trust.text(),
                    expectId,
                    saved(savedCheckpoint, trust.policy()));
        } catch (PolicyException | NoteException e) {
            return undecided("input", "none", String.valueOf(e.getMessage()));
        } catch (NoSuchFileException e) {
            return undecided(
                    "input", "none", "there is no file " + Path.of(e.getFile()).getFileName());
        } catch (IOException | ProviderNotFoundException e) {
            return undecided("input", "none", "the input cannot be read");
        }
    }

    /** Verifies the bytes of a bundle. */
    public static VerifierReport verifyBundle(byte[] bundle, Policy policy, Optional<String> expectId) {
        return verifyBundle(bundle, policy, TrustSource.GIVEN, expectId, Optional.empty());
    }

    /** Verifies the bytes of a bundle, as a continuation of a checkpoint kept earlier. */
    public static VerifierReport verifyBundle(
            byte[] bundle, Policy policy, Optional<String> expectId, SavedCheckpoint saved) {
        return verifyBundle(bundle, policy, TrustSource.GIVEN, expectId, Optional.of(saved));
    }

    private static VerifierReport verifyBundle(
            byte[] bundle, Policy policy, String source, Optional<String> expectId, Optional<SavedCheckpoint> saved) {
        return new BundleVerifier(policy, source, saved, expectId).verify(bundle);
    }

    private static VerifierReport verifyExport(
            Path directory, Optional<Path> policy, Optional<String> expectId, Optional<Path> savedCheckpoint)
            throws IOException {
        TrustSource trust = TrustSource.find(policy, directory.resolve("policy"), "in the export");
        return new ExportVerifier(
                        new ExportFiles(directory),
                        trust.policy(),
                        trust.text(),
                        saved(savedCheckpoint, trust.policy()),
                        expectId)
                .verify();
    }

    private static Optional<SavedCheckpoint> saved(Optional<Path> file, Policy policy) throws IOException {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        String savedAt = Files.getLastModifiedTime(file.get())
                .toInstant()
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        return Optional.of(SavedCheckpoint.parse(Files.readAllBytes(file.get()), savedAt, policy));
    }

    private static boolean isZip(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(4);
            return start.length == 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4;
        }
    }

    private static VerifierReport undecided(String subject, String policy, String why) {
        ReportBuilder report = new ReportBuilder(subject, policy);
        report.add(Finding.missing(Check.E01, why));
        return report.build();
    }

    /** A policy and a sentence about where it came from. */
    private record TrustSource(Policy policy, String text) {
        static final String GIVEN = "as given by the caller";

        static TrustSource find(Optional<Path> given, Path beside, String where) throws IOException {
            if (given.isPresent()) {
                return read(given.get(), GIVEN);
            }
            if (Files.isRegularFile(beside)) {
                return read(
                        beside,
                        "trusting the key delivered with the bundle (policy " + where
                                + "); compare it with one you got another way");
            }
            Path own = ownPolicy();
            if (own != null && Files.isRegularFile(own)) {
                return read(own, "your own policy (~/.config/clew/policy)");
            }
            throw new NoteException(
                    "there is no trust policy: give one with --policy, or put it in ~/.config/clew/policy");
        }

        private static TrustSource read(Path file, String text) throws IOException {
            return new TrustSource(Policy.parse(Files.readAllBytes(file)), text);
        }

        private static @Nullable Path ownPolicy() {
            String home = System.getProperty("user.home");
            return home == null ? null : Path.of(home, ".config", "clew", "policy");
        }
    }
}
