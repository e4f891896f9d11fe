@org.jspecify.annotations.NullMarked
package dev.clew.ledger;
