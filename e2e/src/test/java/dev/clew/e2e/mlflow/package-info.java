@org.jspecify.annotations.NullMarked
package dev.clew.e2e.mlflow;
