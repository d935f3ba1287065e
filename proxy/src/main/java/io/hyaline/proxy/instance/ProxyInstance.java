package io.hyaline.proxy.instance;

import io.hyaline.proxy.plan.Plan;
import io.hyaline.proxy.plan.PlanCompiler;
import io.hyaline.proxy.plan.RejectedResource;
import io.hyaline.proxy.plan.Resources;

/**
 * One proxy: a plan, its listeners and clusters. Many live in one process and share event loops, never sockets, pools,
 * plans or logs.
 */
public final class ProxyInstance implements AutoCloseable {

    private final InstanceConfig config;
    private volatile Plan plan = Plan.EMPTY;

    public ProxyInstance(InstanceConfig config) {
        this.config = config;
    }

    public InstanceConfig config() {
        return config;
    }

    /** The plan that is served now. */
    public Plan plan() {
        return plan;
    }

    /** Serves {@code resources} from now on; refused as a whole, with the last good plan kept, when one cannot be served. */
    public synchronized void apply(Resources resources) throws RejectedResource {
        plan = PlanCompiler.compile(resources, plan);
    }

    @Override
    public synchronized void close() {
        plan = Plan.EMPTY;
    }
}
