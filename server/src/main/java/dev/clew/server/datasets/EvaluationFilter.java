package dev.clew.server.datasets;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.search.Binds;
import dev.clew.server.search.Filter;
import dev.clew.server.search.Filter.Comparison;
import dev.clew.server.search.Order;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Filters and orders of evaluation sets, decided in memory: there are few. A missing value matches nothing, negated or not. */
final class EvaluationFilter {
    private EvaluationFilter() {}

    static boolean holds(Filter filter, EvaluationSet set) {
        return Boolean.TRUE.equals(decide(filter, set));
    }

    /** Null when it cannot be decided. */
    @SuppressWarnings("NullAway") // Three values: true, false, and null for what nothing is known of.
    private static @Nullable Boolean decide(Filter filter, EvaluationSet set) {
        return switch (filter) {
            case Comparison comparison -> compare(comparison, set);
            case Filter.And(var parts) -> {
                Boolean all = true;
                for (Filter part : parts) {
                    Boolean one = decide(part, set);
                    all = Boolean.FALSE.equals(one) || Boolean.FALSE.equals(all)
                            ? (Boolean) false
                            : one == null ? null : all;
                }
                yield all;
            }
            case Filter.Or(var parts) -> {
                Boolean any = false;
                for (Filter part : parts) {
                    Boolean one = decide(part, set);
                    any = Boolean.TRUE.equals(one) || Boolean.TRUE.equals(any)
                            ? (Boolean) true
                            : one == null ? null : any;
                }
                yield any;
            }
            case Filter.Not(var negated) -> {
                Boolean one = decide(negated, set);
                yield one == null ? null : (Boolean) !one;
            }
        };
    }

    private static @Nullable Boolean compare(Comparison comparison, EvaluationSet set) {
        if (comparison.isOn("tag")) {
            String value = set.tags().get(comparison.key());
            return switch (comparison.operator()) {
                case IS_NULL -> value == null;
                case IS_NOT_NULL -> value != null;
                default -> value == null ? null : (Boolean) Binds.matches(comparison, value);
            };
        }
        return switch (comparison.key()) {
            case "name" -> Binds.matches(comparison, set.name());
            case "created_by" -> Binds.matches(comparison, set.createdBy());
            case "last_updated_by" -> Binds.matches(comparison, set.updatedBy());
            case "dataset_id" -> Binds.matches(comparison, set.id());
            case "created_time" -> comparison.operator().holds(set.createdAt(), comparison.number());
            case "last_update_time" -> comparison.operator().holds(set.updatedAt(), comparison.number());
            default -> throw new IllegalArgumentException("Evaluation sets have no attribute " + comparison.key());
        };
    }

    static Comparator<EvaluationSet> comparator(List<Order> orders) {
        Comparator<EvaluationSet> all = null;
        for (Order order : orders) {
            Comparator<EvaluationSet> one = switch (order.key()) {
                case "name" -> Comparator.comparing(EvaluationSet::name);
                case "created_time" -> Comparator.comparingLong(EvaluationSet::createdAt);
                case "last_update_time" -> Comparator.comparingLong(EvaluationSet::updatedAt);
                case "created_by" -> Comparator.comparing(EvaluationSet::createdBy);
                case "last_updated_by" -> Comparator.comparing(EvaluationSet::updatedBy);
                default ->
                    throw new ClewException(
                            ErrorCode.INVALID_ARGUMENT, "Invalid order by key '%s' specified.".formatted(order.key()));
            };
            Comparator<EvaluationSet> directed = order.ascending() ? one : one.reversed();
            all = all == null ? directed : all.thenComparing(directed);
        }
        return (all == null ? Comparator.comparingLong(EvaluationSet::createdAt).reversed() : all)
                .thenComparing(EvaluationSet::uid);
    }
}
