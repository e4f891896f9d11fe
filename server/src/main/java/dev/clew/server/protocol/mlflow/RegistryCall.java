package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.http.Resource;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.registry.ModelSearch;
import dev.clew.server.registry.Registry;
import dev.clew.server.registry.VersionView;
import dev.clew.server.search.FilterParser;
import dev.clew.server.search.OrderParser;
import dev.clew.server.search.Vocabulary;

/**
 * What calls of models and of versions have in common. Names are unique in a workspace, so a model may lie in another project of it than
 * the caller's: then the permission is asked there.
 */
final class RegistryCall {
    private RegistryCall() {}

    /** The permit for the route's permission on the model of this name; of an unknown model the feature says so. */
    static Permit permit(Registry registry, Call call, String name) {
        return registry.model(call.workspace(), name)
                .map(model -> permit(call, model.scope()))
                .orElseGet(call::permit);
    }

    /** The permit for the route's permission in a scope. */
    static Permit permit(Call call, int scope) {
        Permit permit = call.permit();
        return permit.scope() == scope
                ? permit
                : call.because(call.exchange().require(permit.permission(), Resource.in(scope)));
    }

    /** A version that the caller may read where it lies. */
    static VersionView readable(Call call, VersionView view) {
        permit(call, view.version().scope());
        return view;
    }

    /** As {@link #permit}, of something that belongs to somebody, for {@code model.delete}. */
    static Permit permitOwn(Call call, int scope, String owner) {
        return call.because(call.exchange().require(Permission.MODEL_DELETE, Resource.of(scope, owner)));
    }

    static ModelSearch.Query query(Call call, Vocabulary words, int defaultResults, int maxResults) {
        Message message = call.message();
        AuthorizedScope scope = call.exchange().authorizedScope();
        int limit = message.maxResults(defaultResults, maxResults);
        String token = message.text("page_token");
        return new ModelSearch.Query(
                scope,
                call.workspace(),
                FilterParser.parse(words, message.text("filter")),
                OrderParser.parse(words, message.texts("order_by")),
                limit,
                token.isEmpty() ? null : token);
    }
}
