package dev.clew.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** One connection of a {@link Load}: a request goes out, its answer is gathered. Confined to the generator's thread. */
final class Client implements AutoCloseable {
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

    final int connection;
    private final SocketChannel channel;
    private final SelectionKey key;
    private ByteBuffer out = ByteBuffer.allocate(0);
    private byte[] in = new byte[1 << 12];
    private int count;
    private int headEnd;
    private int length;

    /** Requests sent so far. */
    long number;

    private long begin;

    Client(int connection, SocketAddress server, Selector selector) throws IOException {
        this.connection = connection;
        this.channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        this.key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    void send(String head, String body) throws IOException {
        byte[] text = body.getBytes(StandardCharsets.UTF_8);
        byte[] top = (head + text.length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = Arrays.copyOf(top, top.length + text.length);
        System.arraycopy(text, 0, request, top.length, text.length);
        out = ByteBuffer.wrap(request);
        count = 0;
        headEnd = -1;
        number++;
        begin = System.nanoTime();
        write();
    }

    private void write() throws IOException {
        channel.write(out);
        key.interestOps(out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    /** Goes on as far as possible; true when the whole answer is there. */
    boolean ready() throws IOException {
        if (key.isWritable()) {
            write();
        }
        if (!key.isReadable()) {
            return false;
        }
        if (count == in.length) {
            in = Arrays.copyOf(in, in.length * 2);
        }
        int read = channel.read(ByteBuffer.wrap(in, count, in.length - count));
        if (read < 0) {
            throw new EOFException("the connection was closed");
        }
        count += read;
        return isWhole();
    }

    /** From the first byte written until now. */
    long nanos() {
        return System.nanoTime() - begin;
    }

    /** The answer's body; an answer that is not 2xx is an error. */
    byte[] body() throws IOException {
        byte[] body = length >= 0 ? Arrays.copyOfRange(in, headEnd, headEnd + length) : unchunked();
        if (in[9] != '2') {
            throw new IOException(
                    new String(in, 0, headEnd, StandardCharsets.ISO_8859_1) + new String(body, StandardCharsets.UTF_8));
        }
        return body;
    }

    private boolean isWhole() {
        if (headEnd < 0) {
            int end = find(END_OF_HEAD, 0);
            if (end < 0) {
                return false;
            }
            headEnd = end + END_OF_HEAD.length;
            length = length(new String(in, 0, end, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT));
        }
        return length >= 0
                ? count >= headEnd + length
                : count >= headEnd + 5 && find(new byte[] {'0', '\r', '\n', '\r', '\n'}, count - 5) >= 0;
    }

    /** Content-Length, or −1 for chunks. */
    private static int length(String head) {
        int at = head.indexOf("\ncontent-length:");
        if (at < 0) {
            return head.contains("\ntransfer-encoding: chunked") ? -1 : 0;
        }
        int end = head.indexOf('\r', at);
        return Integer.parseInt(
                head.substring(at + 16, end < 0 ? head.length() : end).strip());
    }

    private int find(byte[] what, int from) {
        for (int at = Math.max(from, 0); at + what.length <= count; at++) {
            if (Arrays.equals(in, at, at + what.length, what, 0, what.length)) {
                return at;
            }
        }
        return -1;
    }

    private byte[] unchunked() {
        byte[] whole = new byte[count];
        int size = 0;
        int at = headEnd;
        while (true) {
            int end = find(new byte[] {'\r', '\n'}, at);
            int chunk = Integer.parseInt(new String(in, at, end - at, StandardCharsets.ISO_8859_1), 16);
            if (chunk == 0) {
                return Arrays.copyOf(whole, size);
            }
            System.arraycopy(in, end + 2, whole, size, chunk);
            size += chunk;
            at = end + 2 + chunk + 2;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
