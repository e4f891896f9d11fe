/** What several packages of this library share: pull readers, random numbers, bins, threads. Not API: may change in any release. */
@org.jspecify.annotations.NullMarked
package dev.clew.explain.internal;
