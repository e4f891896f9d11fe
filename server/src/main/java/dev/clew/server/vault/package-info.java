/** Keys and sealing: the only package that owns a cipher. */
@NullMarked
package dev.clew.server.vault;

import org.jspecify.annotations.NullMarked;
