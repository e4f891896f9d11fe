/** The one way to write: commands are decided in memory and flushed, rows with entries, in one transaction per group. */
@NullMarked
package dev.clew.server.journal;

import org.jspecify.annotations.NullMarked;
