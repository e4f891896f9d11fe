/**
 * Calls from this server to others, at addresses that people give: to public machines only, at the very address that was checked, without
 * redirects, bounded in time and size.
 */
@NullMarked
package dev.clew.server.outbound;

import org.jspecify.annotations.NullMarked;
