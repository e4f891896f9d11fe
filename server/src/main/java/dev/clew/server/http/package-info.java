/** Routes, gate, limits, problems: everything between a socket and a feature. */
@NullMarked
package dev.clew.server.http;

import org.jspecify.annotations.NullMarked;
