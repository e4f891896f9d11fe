/** The commands of {@code clew}: verbs of people and scripts. */
@NullMarked
package dev.clew.server.cli;

import org.jspecify.annotations.NullMarked;
