/** Small read interfaces by which features answer what the ground and other features ask. Ports only read. */
@NullMarked
package dev.clew.server.ports;

import org.jspecify.annotations.NullMarked;
