package io.hyaline.proxy.listen;

import io.hyaline.proxy.listen.ListenerPlan.Chain;
import io.hyaline.proxy.match.ChainSelector;
import io.hyaline.proxy.match.ConnectionFacts;
import io.hyaline.proxy.stats.Counters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A listener at work: its plan and its chains. Replaced as a whole when something changes. */
public final class ListenerService {

    private final ListenerPlan plan;
    private final List<ChainService> chains;
    private final @Nullable ChainService defaultChain;
    private final ChainSelector<ChainService> selector;
    private final Counters<ListenerCounter> counters;

    public ListenerService(
            ListenerPlan plan,
            List<ChainService> chains,
            @Nullable ChainService defaultChain,
            Counters<ListenerCounter> counters) {
        this.plan = plan;
        this.chains = chains;
        this.defaultChain = defaultChain;
        this.selector = new ChainSelector<>(chains, chain -> chain.plan().match());
        this.counters = counters;
    }

    public ListenerPlan plan() {
        return plan;
    }

    /** The chains, the default one last. */
    public List<ChainService> chains() {
        if (defaultChain == null) {
            return chains;
        }
        var all = new java.util.ArrayList<>(chains);
        all.add(defaultChain);
        return all;
    }

    public Counters<ListenerCounter> counters() {
        return counters;
    }

    @Nullable
    ChainService select(ConnectionFacts facts) {
        ChainService found = selector.select(facts);
        return found != null ? found : defaultChain;
    }

    /**
     * The chain whose connections {@code chain} adopts; null when there is none.
     *
     * @param last whether it is a default chain
     */
    public @Nullable ChainService adoptedBy(Chain chain, boolean last) {
        for (ChainService each : chains()) {
            if ((each == defaultChain) == last && Adoption.possible(each.plan(), chain)) {
                return each;
            }
        }
        return null;
    }

    /** The chain with exactly this content, to be taken over. */
    public @Nullable ChainService sameAs(Chain chain) {
        for (ChainService each : chains()) {
            if (each.plan().content().equals(chain.content())) {
                return each;
            }
        }
        return null;
    }
}
