package dev.clew.statistics.stream;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** The stored form of detectors: version 1, kind, then fields in order, big-endian. */
final class State {
    static final byte VERSION = 1;
    static final byte ADWIN = 1;
    static final byte PAGE_HINKLEY = 2;

    private State() {}

    static IllegalArgumentException unknown(byte[] state) {
        return new IllegalArgumentException(
                "These %d bytes are no detector state of version %d; start the detector anew."
                        .formatted(state.length, VERSION));
    }

    /** Reads fields; running out of bytes is an unknown state. */
    static final class Reader {
        private final byte[] bytes;
        private final ByteBuffer buffer;

        Reader(byte[] bytes) {
            this.bytes = bytes.clone();
            this.buffer = ByteBuffer.wrap(this.bytes).position(2);
        }

        double real() {
            try {
                return buffer.getDouble();
            } catch (BufferUnderflowException e) {
                throw unknown(bytes);
            }
        }

        long whole() {
            try {
                return buffer.getLong();
            } catch (BufferUnderflowException e) {
                throw unknown(bytes);
            }
        }

        /** A whole number within bounds. */
        int whole(int least, int most) {
            long value = whole();
            if (value < least || value > most) {
                throw unknown(bytes);
            }
            return (int) value;
        }

        void end() {
            if (buffer.hasRemaining()) {
                throw unknown(bytes);
            }
        }
    }
}
