package io.hyaline.proxy.log;

import io.hyaline.proxy.log.AccessLogPlan.Comparison;
import io.hyaline.proxy.log.AccessLogPlan.Filter;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One loop's side of the access logs: lines gather here and go to the writer in batches. */
public final class AccessLogger {

    private static final int BATCH_BYTES = 32 * 1024;
    private static final long FLUSH_MILLIS = 50;

    private final EventLoop loop;
    private final LogWriter writer;
    private final LogOutput output;
    private final List<Gathered> gathered = new ArrayList<>();
    private boolean armed;

    public AccessLogger(EventLoop loop, LogWriter writer, LogOutput output) {
        this.loop = loop;
        this.writer = writer;
        this.output = output;
    }

    private static final class Gathered {
        final String path;
        final LogBuffer lines = new LogBuffer(4096);

        Gathered(String path) {
            this.path = path;
        }
    }

    /** Writes the record's line to every log that wants it. */
    public void log(List<AccessLogPlan> logs, StreamRecord record) {
        for (int i = 0; i < logs.size(); i++) {
            AccessLogPlan log = logs.get(i);
            Filter filter = log.filter();
            if (filter == null || wanted(filter, record)) {
                Gathered to = gathered(log.path());
                log.format().write(record, to.lines);
                if (to.lines.length() >= BATCH_BYTES) {
                    hand(to);
                } else if (!armed) {
                    armed = true;
                    loop.schedule(this::flush, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
        }
    }

    private Gathered gathered(String path) {
        for (int i = 0; i < gathered.size(); i++) {
            if (gathered.get(i).path.equals(path)) {
                return gathered.get(i);
            }
        }
        Gathered added = new Gathered(path);
        gathered.add(added);
        return added;
    }

    /** Hands everything to the writer; on the loop. */
    public void flush() {
        armed = false;
        for (Gathered each : gathered) {
            if (each.lines.length() > 0) {
                hand(each);
            }
        }
    }

    private void hand(Gathered lines) {
        int length = lines.lines.length();
        writer.submit(output, lines.path, java.util.Arrays.copyOf(lines.lines.bytes(), length), length);
        lines.lines.truncate(0);
    }

    static boolean wanted(Filter filter, StreamRecord record) {
        return switch (filter) {
            case Filter.Flags(List<ResponseFlag> flags) ->
                flags.isEmpty() ? record.flags != 0 : flags.stream().anyMatch(flag -> (record.flags & flag.bit()) != 0);
            case Filter.Status(Comparison comparison, long value) -> compare(comparison, record.status, value);
            case Filter.Duration(Comparison comparison, long millis) ->
                compare(comparison, record.durationMillis(), millis);
            case Filter.NotHealthCheck() -> !record.healthCheck;
            case Filter.And(List<Filter> filters) -> filters.stream().allMatch(f -> wanted(f, record));
            case Filter.Or(List<Filter> filters) -> filters.stream().anyMatch(f -> wanted(f, record));
        };
    }

    private static boolean compare(Comparison comparison, long left, long right) {
        return switch (comparison) {
            case EQ -> left == right;
            case GE -> left >= right;
            case LE -> left <= right;
        };
    }
}
