@NullMarked
package dev.clew.server.tracking;

import org.jspecify.annotations.NullMarked;
