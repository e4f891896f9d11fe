/** Settings: one record per concern, read from defaults, a properties file, the environment and the command line, in this order. */
@NullMarked
package dev.clew.server.config;

import org.jspecify.annotations.NullMarked;
