package dev.clew.server.outbound;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/** Which addresses are another machine's on the public network. Stateless. */
public final class Addresses {
    private record Range(int network, int bits) {
        boolean holds(int address) {
            return bits == 0 || (address ^ network) >>> (32 - bits) == 0;
        }
    }

    private static final List<Range> NOT_PUBLIC = List.of(
            range(0, 0, 8),
            range(10, 0, 8),
            range(100, 64, 10),
            range(127, 0, 8),
            range(169, 254, 16),
            range(172, 16, 12),
            new Range(192 << 24, 24),
            new Range(192 << 24 | 2 << 8, 24),
            range(192, 168, 16),
            range(198, 18, 15),
            new Range(198 << 24 | 51 << 16 | 100 << 8, 24),
            new Range(203 << 24 | 113 << 8, 24),
            range(224, 0, 4),
            range(240, 0, 4));

    private Addresses() {}

    private static Range range(int first, int second, int bits) {
        return new Range(first << 24 | second << 16, bits);
    }

    /** False for loopback, private, link-local, multicast, reserved and documentation ranges, also when they are written as IPv6. */
    public static boolean isPublic(InetAddress address) {
        return switch (address) {
            case Inet4Address four -> isPublic(four.getAddress(), 0);
            case Inet6Address six -> isPublic(six.getAddress());
            default -> false;
        };
    }

    private static boolean isPublic(byte[] bytes, int from) {
        int address = (bytes[from] & 0xff) << 24
                | (bytes[from + 1] & 0xff) << 16
                | (bytes[from + 2] & 0xff) << 8
                | (bytes[from + 3] & 0xff);
        return NOT_PUBLIC.stream().noneMatch(range -> range.holds(address));
    }

    private static boolean isPublic(byte[] six) {
        int first = (six[0] & 0xff) << 8 | (six[1] & 0xff);
        int second = (six[2] & 0xff) << 8 | (six[3] & 0xff);
        if (first == 0x2002) {
            return isPublic(six, 2); // 6to4
        }
        if (first == 0x64 && second == 0xff9b) {
            return isNat64(six) && isPublic(six, 12);
        }
        // 2000::/3 is what is given out; of it documentation and Teredo are not reached.
        return (first & 0xe000) == 0x2000
                && !(first == 0x2001 && (second == 0xdb8 || second == 0))
                && !(first == 0x3fff && second < 0x1000);
    }

    /** The one prefix in which the last four bytes are the other side's; networks that translate by themselves may put them elsewhere. */
    private static boolean isNat64(byte[] six) {
        for (int i = 4; i < 12; i++) {
            if (six[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
