/** The words everything speaks: kinds, relations, acts, permissions, errors, ids. Imports nothing of the server. */
@NullMarked
package dev.clew.server.common;

import org.jspecify.annotations.NullMarked;
