package io.hyaline.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * An open-loop HTTP/1.1 load generator. Each line of standard input is one run,
 * {@code HOST PORT PATH RATE CONNECTIONS SETTLING_SECONDS SECONDS}; each run is answered with one line of JSON, times in
 * microseconds. It lives on between runs, so that its own compiled code is warm when it counts.
 */
public final class Pace {

    private static final int FIELDS = 7;
    private static final long HEAD_START_NANOS = 20_000_000L;

    private Pace() {}

    /** Serves runs until standard input ends. */
    public static void main(String[] args) throws IOException, InterruptedException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        String line = in.readLine();
        while (line != null) {
            System.out.println(run(line));
            System.out.flush();
            line = in.readLine();
        }
    }

    /** Performs the run that one line asks for and returns its result as JSON. */
    static String run(String line) throws InterruptedException {
        try {
            String[] f = line.trim().split("\\s+");
            if (f.length != FIELDS) {
                throw new IllegalArgumentException("expected " + FIELDS + " fields, got " + f.length);
            }
            Schedule schedule = Schedule.of(
                    Integer.parseInt(f[3]), Integer.parseInt(f[4]), Double.parseDouble(f[5]), Double.parseDouble(f[6]));
            return json(call(new InetSocketAddress(f[0], Integer.parseInt(f[1])), f[2], schedule));
        } catch (IllegalArgumentException | ExecutionException e) {
            return "{\"error\":\"" + escape(String.valueOf(e.getMessage())) + "\"}";
        }
    }

    private static List<Caller.Times> call(InetSocketAddress target, String path, Schedule schedule)
            throws InterruptedException, ExecutionException {
        List<Caller.Times> times = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(schedule.connections())) {
            long start = System.nanoTime() + HEAD_START_NANOS;
            List<Future<Caller.Times>> running = new ArrayList<>();
            for (int i = 0; i < schedule.connections(); i++) {
                running.add(threads.submit(new Caller(target, path, schedule, i, start)));
            }
            for (Future<Caller.Times> caller : running) {
                times.add(caller.get());
            }
        }
        return times;
    }

    private static String json(List<Caller.Times> times) {
        Percentiles latency = new Percentiles(exchanges(times).mapToLong(Caller.Exchange::latency));
        Percentiles lateness = new Percentiles(exchanges(times).mapToLong(Caller.Exchange::lateness));
        int failed = times.stream().mapToInt(Caller.Times::failed).sum();
        String failure = times.stream()
                .map(t -> String.valueOf(t.failure()))
                .filter(f -> !f.equals("null"))
                .findFirst()
                .orElse("");
        return String.format(
                Locale.ROOT,
                "{\"requests\":%d,\"failed\":%d,\"failure\":\"%s\",\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,"
                        + "\"p999\":%.1f,\"max\":%.1f,\"late_p50\":%.1f,\"late_p99\":%.1f}",
                latency.count(),
                failed,
                escape(failure),
                latency.at(50) / 1e3,
                latency.at(90) / 1e3,
                latency.at(99) / 1e3,
                latency.at(99.9) / 1e3,
                latency.at(100) / 1e3,
                lateness.at(50) / 1e3,
                lateness.at(99) / 1e3);
    }

    private static Stream<Caller.Exchange> exchanges(List<Caller.Times> times) {
        return times.stream().flatMap(t -> t.exchanges().stream());
    }

    private static String escape(String text) {
        return text.replaceAll("[^ -~]", " ").replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
