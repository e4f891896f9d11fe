/**
 * Registered models: their versions, aliases, stages, tags and descriptions. Prompts are registered models with a tag.
 *
 * <p>Writes {@code model.{create,update,delete}}, {@code model.version.{register,update,transition,delete}} and
 * {@code model.alias.{set,delete}}. Links: model-version —version-of→ model, model-version —from→ run, model-version —derived-from→
 * logged-model or the version it was copied from, model-version —approved→ approval (when an approval let an alias or stage move),
 * model-version —acted→ principal. Implements the ports {@code Versions}, {@code Contributors} and {@code Describe}; asks
 * {@code Artifacts} for the files behind a source and {@code Approvals} before a protected alias moves. Deleting never removes a row:
 * decisions made by a version keep their thread.
 *
 * <p>Webhooks are told what happens here: {@code webhook.set} and {@code webhook.delete}; deliveries are housekeeping.
 */
@NullMarked
package dev.clew.server.registry;

import org.jspecify.annotations.NullMarked;
