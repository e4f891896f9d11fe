/** The native interface: one class of routes per feature. Translates JSON to features and back, nothing else. */
@NullMarked
package dev.clew.server.api;

import org.jspecify.annotations.NullMarked;
