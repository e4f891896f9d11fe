/** Pull readers of JSON and UBJSON shared by the packages of this library. Not API: may change in any release. */
@org.jspecify.annotations.NullMarked
package dev.clew.explain.internal;
