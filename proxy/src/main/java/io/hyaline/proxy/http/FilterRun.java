package io.hyaline.proxy.http;

import io.hyaline.proxy.filter.Cors;
import io.hyaline.proxy.filter.CorsCounter;
import io.hyaline.proxy.filter.FaultCounter;
import io.hyaline.proxy.filter.Faults;
import io.hyaline.proxy.filter.FilterChain;
import io.hyaline.proxy.forward.UpstreamCall;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.log.ResponseFlag;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.reply.LocalReply;
import io.hyaline.proxy.route.CorsPlan;
import io.hyaline.proxy.route.FaultPlan;
import io.hyaline.proxy.route.FilterSettings;
import io.hyaline.proxy.stats.Counters;
import io.hyaline.proxy.upstream.Cluster;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A request's way through the filters that it concerns. They may let it wait, answer it, or have a word in its answer. */
final class FilterRun {

    private final Exchange exchange;
    private final FilterChain chain;
    private final FilterSettings settings;
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();
    private @Nullable Head trailers;
    private @Nullable Future<?> delay;
    /** Where this request counts as one that suffers from a fault. */
    private @Nullable Counters<FaultCounter> suffering;

    private @Nullable CorsPlan readable;
    private String origin = "";
    private boolean paused;
    private int next;

    FilterRun(Exchange exchange, FilterChain chain, FilterSettings settings) {
        this.exchange = exchange;
        this.chain = chain;
        this.settings = settings;
    }

    /** Runs the filters that have not run yet, then the route. */
    void go() {
        while (next < chain.steps().size()) {
            FilterChain.Step step = chain.steps().get(next++);
            FilterSettings.Setting setting = settings.of(step.name());
            boolean enabled = setting == null ? step.enabled() : setting.enabled();
            boolean stopped = enabled
                    && switch (step) {
                        case FilterChain.Fault fault ->
                            fault(fault, setting == null || setting.fault() == null ? fault.own() : setting.fault());
                        case FilterChain.Cors cors ->
                            setting != null && setting.cors() != null && cors(cors, setting.cors());
                    };
            if (stopped) {
                return;
            }
        }
        exchange.act();
    }

    private boolean fault(FilterChain.Fault filter, FaultPlan plan) {
        Head head = exchange.head();
        if (plan.isEmpty() || !Faults.concerns(plan, head, exchange.cluster())) {
            return false;
        }
        Worker worker = exchange.worker();
        long millis = Faults.delayMillis(plan, head, worker.random());
        if (millis == 0 || !suffers(filter, plan)) {
            return abort(filter, plan);
        }
        filter.counters().add(worker.index(), FaultCounter.DELAYS_INJECTED, 1);
        meant();
        exchange.record().flag(ResponseFlag.DI);
        paused = !exchange.requestEnded();
        if (paused) {
            exchange.stream().readBody(false);
        }
        delay = worker.loop().schedule(() -> waited(filter, plan), millis, TimeUnit.MILLISECONDS);
        return true;
    }

    private void waited(FilterChain.Fault filter, FaultPlan plan) {
        if (exchange.record().isClosed()) {
            return;
        }
        if (paused) {
            exchange.stream().readBody(true);
        }
        if (!exchange.record().isClosed() && !abort(filter, plan)) {
            go();
        }
    }

    private boolean abort(FilterChain.Fault filter, FaultPlan plan) {
        Worker worker = exchange.worker();
        LocalReply reply = Faults.abort(plan, exchange.head(), worker.random());
        if (reply == null || !suffers(filter, plan)) {
            return false;
        }
        filter.counters().add(worker.index(), FaultCounter.ABORTS_INJECTED, 1);
        meant();
        exchange.reply(reply);
        return true;
    }

    /** Says in the record which cluster the request would have gone to. */
    private void meant() {
        String name = exchange.cluster();
        Cluster cluster = name == null ? null : exchange.router().clusters().get(name);
        if (cluster != null) {
            exchange.record().cluster = cluster.plan().name();
            exchange.record().clusterStatName = cluster.plan().statName();
        }
    }

    /** Counts a request once as one with a fault; false when there are enough of them. */
    private boolean suffers(FilterChain.Fault filter, FaultPlan plan) {
        if (suffering == filter.counters()) {
            return true;
        }
        int loop = exchange.worker().index();
        if (plan.maxActive() != Long.MAX_VALUE
                && filter.counters().sum(FaultCounter.ACTIVE_FAULTS) >= plan.maxActive()) {
            filter.counters().add(loop, FaultCounter.FAULTS_OVERFLOW, 1);
            return false;
        }
        relieved();
        filter.counters().add(loop, FaultCounter.ACTIVE_FAULTS, 1);
        suffering = filter.counters();
        return true;
    }

    private void relieved() {
        if (suffering != null) {
            suffering.add(exchange.worker().index(), FaultCounter.ACTIVE_FAULTS, -1);
            suffering = null;
        }
    }

    private boolean cors(FilterChain.Cors filter, CorsPlan plan) {
        Worker worker = exchange.worker();
        Head head = exchange.head();
        String asking = head.value(Cors.ORIGIN);
        boolean routed = exchange.cluster() != null && asking != null && !asking.isEmpty();
        boolean enforced = routed && plan.enabled().takes(worker.random());
        if (asking == null || !routed || (!enforced && !plan.shadow().takes(worker.random()))) {
            return false;
        }
        boolean allowed = Cors.allows(plan, asking);
        filter.counters().add(worker.index(), allowed ? CorsCounter.ORIGIN_VALID : CorsCounter.ORIGIN_INVALID, 1);
        if (!enforced) {
            return false;
        }
        if (allowed) {
            readable = plan;
            origin = asking;
        }
        if (!Cors.isPreflight(head) || !Cors.answers(plan, allowed)) {
            return false;
        }
        Head answer = worker.head();
        Cors.answer(plan, head, answer);
        meant();
        exchange.answer(answer, "cors_response");
        return true;
    }

    /** An answer is on its way to the client. */
    void answer(Head answer) {
        if (readable != null) {
            Cors.mark(readable, origin, answer);
        }
    }

    /** A piece of the body of a request that waits. */
    void hold(ByteBuf data) {
        held.addLast(data);
    }

    void hold(Head last) {
        trailers = last;
    }

    /** The request goes on to a cluster: what came meanwhile goes first. */
    void handOver(UpstreamCall call) {
        for (ByteBuf piece = held.pollFirst(); piece != null; piece = held.pollFirst()) {
            call.early(piece);
        }
        if (trailers != null) {
            call.early(trailers);
        }
    }

    /** The exchange has ended. */
    void ended() {
        if (delay != null) {
            delay.cancel(false);
        }
        relieved();
        held.forEach(ByteBuf::release);
        held.clear();
    }
}
