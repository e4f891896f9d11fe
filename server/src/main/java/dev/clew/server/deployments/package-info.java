/**
 * Approvals and deployments: who allowed which model version to serve, who let it serve, since when and why.
 *
 * <p>Writes {@code endpoint.create}, {@code deploy.{request,check,start,live,fail,end,rollback}},
 * {@code approval.{request,grant,reject,void}}, {@code policy.set}. Links {@code deployment —of→ model-version},
 * {@code deployment —version-of→ endpoint}, {@code deployment —approved→ approval}, {@code deployment —supersedes→ deployment},
 * {@code model-version —approved→ approval}, {@code deployment, approval —acted→ principal}. Implements the ports
 * {@code Deployments}, {@code Approvals} and {@code Describe}.
 */
@NullMarked
package dev.clew.server.deployments;

import org.jspecify.annotations.NullMarked;
