@org.jspecify.annotations.NullMarked
package dev.clew.explain;
