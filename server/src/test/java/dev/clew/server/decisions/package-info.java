@org.jspecify.annotations.NullMarked
package dev.clew.server.decisions;
