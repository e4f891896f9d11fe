/** {@code clew import mlflow} and {@code clew export mlflow}: moving what an MLflow store holds in and out, record by record. */
@NullMarked
package dev.clew.server.cli.mlflow;

import org.jspecify.annotations.NullMarked;
