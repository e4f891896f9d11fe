/** The interface's document, held against the standard. */
@org.jspecify.annotations.NullMarked
package dev.clew.e2e.openapi;
