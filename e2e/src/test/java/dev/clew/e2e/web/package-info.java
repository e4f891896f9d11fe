/** The pages in a real browser, against the packaged server that played the demo. */
@NullMarked
package dev.clew.e2e.web;

import org.jspecify.annotations.NullMarked;
