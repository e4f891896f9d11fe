package dev.clew.explain.agnostic;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.attribution.Flag;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Owen values over a binary hierarchy of players: a cluster's credit is shared between its two halves by the game of two
 * players, with the other half absent and present, then the same inside each. The largest credits are divided first; what
 * the budget leaves undivided goes to a cluster's players in equal parts, and the result says so.
 */
final class PartitionSolver {
    private final Coalitions game;
    private final int n;

    /** Children of cluster n + i; players are clusters 0 to n − 1. */
    private final int[][] clusters;

    private long sequence;

    private record Open(
            int cluster,
            BitSet without,
            double[] absent,
            double[] present,
            double weight,
            double priority,
            long order) {}

    private PartitionSolver(Coalitions game, int[][] clusters) {
        this.game = game;
        this.n = game.players();
        this.clusters = clusters;
    }

    /** @param clusters the two members of each joined cluster, in order of joining; {@code players − 1} of them */
    static Solution solve(Coalitions game, int[][] clusters) {
        return new PartitionSolver(game, clusters).run();
    }

    private Solution run() {
        double[][] phi = new double[game.outputs()][n];
        double[] unresolved = new double[phi.length];
        var flags = EnumSet.noneOf(Flag.class);
        if (n == 0) {
            return new Solution(phi, null, flags);
        }
        var full = new BitSet(n);
        full.set(0, n);
        List<double[]> ends = game.values(List.of(new BitSet(n), full));
        var queue = new PriorityQueue<Open>(
                Comparator.comparingDouble((Open open) -> -open.priority).thenComparingLong(Open::order));
        push(queue, n + clusters.length - 1, new BitSet(n), ends.get(0), ends.get(1), 1);
        while (!queue.isEmpty()) {
            Open open = queue.poll();
            if (open.cluster < n) {
                give(phi, open, List.of(open.cluster));
            } else if (game.affordable() < 2 || !isDivided(queue, open)) {
                flags.add(Flag.BUDGET_ENDED);
                for (int o = 0; o < unresolved.length; o++) {
                    unresolved[o] += open.weight * Math.abs(open.present[o] - open.absent[o]);
                }
                give(phi, open, members(open.cluster));
            }
        }
        return new Solution(phi, null, flags, unresolved);
    }

    /** False if time ended after all since it was asked. */
    private boolean isDivided(PriorityQueue<Open> queue, Open open) {
        try {
            divide(queue, open);
            return true;
        } catch (ExplainException e) {
            if (e.code() == Code.BUDGET_EXCEEDED) {
                return false;
            }
            throw e;
        }
    }

    private void divide(PriorityQueue<Open> queue, Open open) {
        int left = clusters[open.cluster - n][0];
        int right = clusters[open.cluster - n][1];
        var withLeft = with(open.without, left);
        var withRight = with(open.without, right);
        List<double[]> values = game.values(List.of(withLeft, withRight));
        double half = open.weight / 2;
        push(queue, left, open.without, open.absent, values.get(0), half);
        push(queue, left, withRight, values.get(1), open.present, half);
        push(queue, right, open.without, open.absent, values.get(1), half);
        push(queue, right, withLeft, values.get(0), open.present, half);
    }

    private void push(
            PriorityQueue<Open> queue, int cluster, BitSet without, double[] absent, double[] present, double weight) {
        double largest = 0;
        for (int o = 0; o < absent.length; o++) {
            largest = Math.max(largest, Math.abs(present[o] - absent[o]));
        }
        queue.add(new Open(cluster, without, absent, present, weight, largest * weight, sequence++));
    }

    private static void give(double[][] phi, Open open, List<Integer> players) {
        for (int o = 0; o < phi.length; o++) {
            double each = open.weight * (open.present[o] - open.absent[o]) / players.size();
            for (int player : players) {
                phi[o][player] += each;
            }
        }
    }

    private BitSet with(BitSet mask, int cluster) {
        var joined = (BitSet) mask.clone();
        members(cluster).forEach(joined::set);
        return joined;
    }

    private List<Integer> members(int cluster) {
        var members = new ArrayList<Integer>();
        var open = new ArrayList<Integer>(List.of(cluster));
        while (!open.isEmpty()) {
            int next = open.removeLast();
            if (next < n) {
                members.add(next);
            } else {
                open.add(clusters[next - n][0]);
                open.add(clusters[next - n][1]);
            }
        }
        return members;
    }
}
