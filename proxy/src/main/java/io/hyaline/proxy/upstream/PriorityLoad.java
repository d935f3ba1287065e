package io.hyaline.proxy.upstream;

import java.util.ArrayList;
import java.util.List;

/**
 * How much of a cluster's traffic each priority takes: Envoy's rule. A priority counts as fully healthy while its healthy share
 * times the overprovisioning factor is at least 100 percent; what it cannot take spills over to the next one. Too few
 * healthy endpoints in all of them, and a priority panics: its health no longer counts.
 *
 * @param percent of the traffic
 * @param panic whether all endpoints of the priority are used
 */
record PriorityLoad(int percent, boolean panic) {

    private static final int ALL = 100;

    /** The endpoints of one priority. */
    record Count(int endpoints, int healthy) {

        private int availability(int overprovisioningPercent) {
            return endpoints == 0 ? 0 : (int) Math.min(ALL, (long) overprovisioningPercent * healthy / endpoints);
        }

        private boolean below(int percent) {
            return endpoints == 0 ? percent > 0 : (long) healthy * ALL / endpoints < percent;
        }
    }

    /**
     * Decides for all priorities, the first one first.
     *
     * @param panicPercent 0 never panics
     */
    static List<PriorityLoad> decide(List<Count> levels, int overprovisioningPercent, int panicPercent) {
        int total = Math.min(
                ALL,
                levels.stream()
                        .mapToInt(level -> level.availability(overprovisioningPercent))
                        .sum());
        boolean all = total < ALL && levels.stream().allMatch(level -> level.below(panicPercent));
        if (all) {
            return byEndpoints(levels);
        }
        List<PriorityLoad> loads = new ArrayList<>();
        int left = ALL;
        for (Count level : levels) {
            int share = total == 0 ? 0 : Math.min(left, level.availability(overprovisioningPercent) * ALL / total);
            left -= share;
            loads.add(new PriorityLoad(share, total < ALL && level.below(panicPercent)));
        }
        return withRest(loads, left);
    }

    private static List<PriorityLoad> byEndpoints(List<Count> levels) {
        long endpoints = levels.stream().mapToLong(Count::endpoints).sum();
        List<PriorityLoad> loads = new ArrayList<>();
        int left = ALL;
        for (Count level : levels) {
            int share = endpoints == 0 ? 0 : (int) ((long) level.endpoints() * ALL / endpoints);
            left -= share;
            loads.add(new PriorityLoad(share, true));
        }
        return withRest(loads, left);
    }

    /** What rounding left over goes to the first priority that takes anything, or to the first of all. */
    private static List<PriorityLoad> withRest(List<PriorityLoad> loads, int rest) {
        for (int i = 0; rest > 0 && i < loads.size(); i++) {
            PriorityLoad load = loads.get(i);
            if (load.percent() > 0) {
                loads.set(i, new PriorityLoad(load.percent() + rest, load.panic()));
                return List.copyOf(loads);
            }
        }
        return List.copyOf(loads);
    }
}
