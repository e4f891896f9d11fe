/**
 * Who is who and may what: principals, the roles they hold in scopes, their tokens; who was denied; who looked at whose data.
 *
 * <p>Writes {@code principal.create}, {@code role.{grant,revoke}}, {@code token.{create,revoke}} and the inner acts
 * {@code authz.denied} (aggregated) and {@code access.personal} (durable before the answer). Implements the ports {@code Principals}
 * and {@code PersonalReads}.
 */
@NullMarked
package dev.clew.server.access;

import org.jspecify.annotations.NullMarked;
