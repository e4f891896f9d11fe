/**
 * Validation results and profiles as pages for people: each one self-contained HTML file, without foreign requests or scripts, dark and
 * light, printable. {@link dev.clew.quality.docs.DataDocs} keeps a directory of them with a history per suite.
 */
@org.jspecify.annotations.NullMarked
package dev.clew.quality.docs;
