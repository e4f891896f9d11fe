/** The two stores, each behind one face: {@code Database} (SQLite or PostgreSQL) and {@code Blobs} (content addressed). The only package that sees {@code java.sql}. */
@NullMarked
package dev.clew.server.storage;

import org.jspecify.annotations.NullMarked;
