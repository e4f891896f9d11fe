/**
 * MLflow's wire protocol: translates its messages to features and back, and owns nothing.
 *
 * <p>A class of routes lists them with {@link dev.clew.server.protocol.mlflow.MlflowRoutes}; each handler gets a
 * {@link dev.clew.server.protocol.mlflow.Call}, reads its {@link dev.clew.server.protocol.mlflow.Message} by field name and type, asks a
 * feature, and answers through {@link dev.clew.server.protocol.mlflow.Out}. Failures are {@code ClewException}s as everywhere;
 * {@link dev.clew.server.protocol.mlflow.MlflowErrors} is the one table that says how they look to MLflow clients. Texts that clients
 * match on are MLflow's own, letter by letter.
 */
@NullMarked
package dev.clew.server.protocol.mlflow;

import org.jspecify.annotations.NullMarked;
