package dev.clew.server.http;

import dev.clew.server.common.Breach;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A gzip body, decompressed as it is read: cut off at the route's limit, and when it grows more than a bomb's measure. Confined to the
 * request's thread.
 */
final class Inflated extends InputStream {
    private static final long FREE = 1L << 20;

    private final RequestBody compressed;
    private final GZIPInputStream plain;
    private final long limit;
    private final int maxInflation;
    private long produced;

    Inflated(RequestBody compressed, long limit, int maxInflation) throws IOException {
        this.compressed = compressed;
        this.limit = limit;
        this.maxInflation = maxInflation;
        try {
            this.plain = new GZIPInputStream(compressed, 4_096);
        } catch (ZipException | EOFException e) {
            throw notGzip(e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        int count;
        try {
            count = plain.read(to, offset, length);
        } catch (ZipException | EOFException e) {
            throw notGzip(e);
        }
        if (count > 0) {
            produced += count;
            if (produced > limit) {
                throw RequestBody.tooLarge(limit);
            }
            if (produced > FREE && produced - FREE > compressed.received() * maxInflation) {
                throw new ClewException(
                        ErrorCode.PAYLOAD_TOO_LARGE,
                        Breach.BOMB,
                        "The compressed body grows more than %d-fold; send it uncompressed.".formatted(maxInflation),
                        null);
            }
        }
        return count;
    }

    private static ClewException notGzip(IOException cause) {
        return new ClewException(
                ErrorCode.MALFORMED_BODY,
                "The body is declared as gzip but is not, or is cut short; send it whole or without Content-Encoding.",
                cause);
    }
}
