/** {@code clew demo}: a credit model from its data to one person's erasure, played through the interfaces that everybody uses. */
@NullMarked
package dev.clew.server.cli.demo;

import org.jspecify.annotations.NullMarked;
