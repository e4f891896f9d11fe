package dev.clew.server.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;

/** An address or a CIDR block. Names are never looked up. */
record Network(byte[] prefix, int bits) {
    /** @throws IllegalArgumentException unless it is a literal address, with or without {@code /bits} */
    static Network parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        byte[] bytes = literal(address);
        try {
            int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > bytes.length * 8) {
                throw new IllegalArgumentException("\"%s\" has too many bits".formatted(text));
            }
            return new Network(bytes, bits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"%s\" is not an address or a CIDR block".formatted(text), e);
        }
    }

    boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != prefix.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit & 7);
            if ((bytes[bit >> 3] & mask) != (prefix[bit >> 3] & mask)) {
                return false;
            }
        }
        return true;
    }

    /** {@code localhost} and literal loopback addresses. */
    static boolean isLoopbackName(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.equals("localhost")) {
            return true;
        }
        return address(name).filter(InetAddress::isLoopbackAddress).isPresent();
    }

    /** A literal address, in brackets or not; empty for anything else. */
    static Optional<InetAddress> address(String text) {
        try {
            return Optional.of(InetAddress.getByAddress(literal(text)));
        } catch (IllegalArgumentException | UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static byte[] literal(String address) {
        String bare =
                address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
        boolean literal = bare.indexOf(':') >= 0 || bare.matches("\\d{1,3}(\\.\\d{1,3}){3}");
        if (!literal) {
            throw new IllegalArgumentException("\"%s\" is not an address".formatted(address));
        }
        try {
            return InetAddress.ofLiteral(bare).getAddress();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"%s\" is not an address".formatted(address), e);
        }
    }
}
