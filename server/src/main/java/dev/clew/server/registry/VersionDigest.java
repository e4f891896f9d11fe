package dev.clew.server.registry;

import dev.clew.ledger.encoding.RowWriter;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.ports.Artifacts;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a version is, in 32 bytes: approvals bind to it, links carry it.
 *
 * <p>SHA-256("clew/model-version/v1" ‖ 0 ‖ maps), each map canonical CBOR. Of a version with files one map a file, {1 path relative to
 * the model's folder, 2 size, 3 SHA-256 of the bytes}, ascending by the UTF-8 bytes of the path. Of one without, a single map {4 source,
 * 5 text of the prompt, absent for models}.
 */
final class VersionDigest {
    private static final byte[] DOMAIN = "clew/model-version/v1".getBytes(StandardCharsets.US_ASCII);

    private VersionDigest() {}

    /** @param files at least one, in any order */
    static byte[] ofFiles(List<Artifacts.File> files) {
        MessageDigest sha256 = begin();
        var map = new RowWriter();
        files.stream()
                .sorted(Comparator.comparing(
                        (Artifacts.File file) -> file.path().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned))
                .forEach(file -> sha256.update(map.reset()
                        .put(1, file.path())
                        .put(2, file.size())
                        .put(3, file.sha256())
                        .toByteArray()));
        return sha256.digest();
    }

    static byte[] ofSource(String source, @Nullable String promptText) {
        MessageDigest sha256 = begin();
        sha256.update(new RowWriter().put(4, source).put(5, promptText).toByteArray());
        return sha256.digest();
    }

    private static MessageDigest begin() {
        MessageDigest sha256 = Hashing.newSha256();
        sha256.update(DOMAIN);
        sha256.update((byte) 0);
        return sha256;
    }
}
