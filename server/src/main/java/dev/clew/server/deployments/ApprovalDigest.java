package dev.clew.server.deployments;

import dev.clew.ledger.encoding.RowWriter;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.Kind;
import dev.clew.server.ports.Versions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** What an approval binds to: the version as it was when somebody looked at it. Any other digest asks for a new approval. */
final class ApprovalDigest {
    private static final byte[] DOMAIN = "clew/approval/v1".getBytes(StandardCharsets.US_ASCII);

    private ApprovalDigest() {}

    /** H("clew/approval/v1" ‖ 0 ‖ map {1 target kind, 2 target uid, 3 artifact digest of the version}), canonical CBOR. */
    static byte[] of(Versions.Version version) {
        byte[] map = new RowWriter()
                .put(1, Kind.MODEL_VERSION.text())
                .put(2, version.uid().bytes())
                .put(3, version.digest())
                .toByteArray();
        MessageDigest sha256 = Hashing.newSha256();
        sha256.update(DOMAIN);
        sha256.update((byte) 0);
        return sha256.digest(map);
    }
}
