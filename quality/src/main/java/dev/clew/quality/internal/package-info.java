/** DuckDB, held on a short leash: bounded, quoted, shut off from files and network. Never API. */
@org.jspecify.annotations.NullMarked
package dev.clew.quality.internal;
