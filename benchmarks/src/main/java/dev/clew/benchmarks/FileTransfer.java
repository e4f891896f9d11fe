package dev.clew.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * One file over one connection of HTTP/1.1, by a client that costs next to nothing: the kernel sends from the file, and what comes back
 * is only summed up. On a machine of two cores a client that does more would be what is measured.
 */
final class FileTransfer implements AutoCloseable {
    private static final int BUFFER = 512 * 1024;

    private final URI address;
    private final SocketChannel socket;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER).limit(0);

    private FileTransfer(URI address) throws IOException {
        this.address = address;
        this.socket = SocketChannel.open(new InetSocketAddress(address.getHost(), address.getPort()));
    }

    /** What a server answered: how many bytes, and their CRC-32C. */
    record Answered(int status, long bytes, long sum) {}

    /** Sends a file by PUT. */
    static Answered put(URI address, Path file) throws IOException {
        try (var transfer = new FileTransfer(address);
                var from = FileChannel.open(file)) {
            long size = from.size();
            transfer.ask("PUT", "Content-Length: %d\r\n".formatted(size));
            for (long sent = 0; sent < size; ) {
                sent += from.transferTo(sent, size - sent, transfer.socket);
            }
            return transfer.answer();
        }
    }

    /** Reads a file by GET. */
    static Answered get(URI address) throws IOException {
        try (var transfer = new FileTransfer(address)) {
            transfer.ask("GET", "");
            return transfer.answer();
        }
    }

    private void ask(String method, String fields) throws IOException {
        String head = "%s %s HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n%s\r\n"
                .formatted(method, address.getRawPath(), address.getHost(), address.getPort(), fields);
        ByteBuffer bytes = ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    private Answered answer() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        long length = -1;
        boolean chunked = false;
        for (String field = line(); !field.isEmpty(); field = line()) {
            String lower = field.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(lower.substring(15).strip());
            }
            chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
        }
        var sum = new CRC32C();
        if (!chunked) {
            return new Answered(status, body(length < 0 ? Long.MAX_VALUE : length, sum), sum.getValue());
        }
        long all = 0;
        for (long chunk = chunkSize(); chunk > 0; chunk = chunkSize()) {
            all += body(chunk, sum);
            line();
        }
        return new Answered(status, all, sum.getValue());
    }

    private long chunkSize() throws IOException {
        return Long.parseLong(line().split(";", 2)[0].strip(), 16);
    }

    /** So many bytes, or what comes until the end. */
    private long body(long length, CRC32C sum) throws IOException {
        long taken = 0;
        while (taken < length && (in.hasRemaining() || fill())) {
            int count = (int) Math.min(in.remaining(), length - taken);
            ByteBuffer part = in.slice(in.position(), count);
            sum.update(part);
            in.position(in.position() + count);
            taken += count;
        }
        return taken;
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        while (true) {
            if (!in.hasRemaining() && !fill()) {
                throw new EOFException("the connection ended after \"%s\"".formatted(line));
            }
            char c = (char) in.get();
            if (c == '\n') {
                return line.toString().stripTrailing();
            }
            line.append(c);
        }
    }

    private boolean fill() throws IOException {
        in.clear();
        int count = socket.read(in);
        in.flip();
        return count > 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
