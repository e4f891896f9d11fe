@NullMarked
package dev.clew.server.registry;

import org.jspecify.annotations.NullMarked;
