package io.hyaline.proxy.log;

import io.hyaline.proxy.loop.Worker;

/** The access loggers of an instance, one per loop. */
public final class Logs {

    private final AccessLogger[] loggers;

    public Logs(Worker[] workers, LogWriter writer, LogOutput output) {
        loggers = new AccessLogger[workers.length];
        for (Worker worker : workers) {
            loggers[worker.index()] = new AccessLogger(worker.loop(), writer, output);
        }
    }

    public AccessLogger of(Worker worker) {
        return loggers[worker.index()];
    }
}
