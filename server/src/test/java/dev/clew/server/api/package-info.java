@NullMarked
package dev.clew.server.api;

import org.jspecify.annotations.NullMarked;
