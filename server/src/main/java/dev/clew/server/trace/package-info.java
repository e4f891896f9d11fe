/** The one way to read across features: nodes and links, each hop citing the entry that proves it. */
@NullMarked
package dev.clew.server.trace;

import org.jspecify.annotations.NullMarked;
