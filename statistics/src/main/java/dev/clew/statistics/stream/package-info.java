/**
 * Change detectors that see one value at a time, in constant memory, with a state that can be stored and taken up again.
 *
 * <p>They are confined to one thread, take finite values only, and after a change start anew with the next value.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.statistics.stream;
