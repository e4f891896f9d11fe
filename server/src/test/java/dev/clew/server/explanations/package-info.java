@NullMarked
package dev.clew.server.explanations;

import org.jspecify.annotations.NullMarked;
