package io.hyaline.bench;

/**
 * When each request is due. The connections take turns, so that the whole sends evenly at the wanted rate; answers do not
 * move the due times, and a request that could not leave in time is measured from when it was due.
 *
 * @param rate requests a second of all connections together
 * @param connections how many connections take turns
 * @param settling requests of each connection that are sent but not recorded
 * @param recorded requests of each connection that are recorded
 */
record Schedule(int rate, int connections, int settling, int recorded) {

    private static final long SECOND = 1_000_000_000L;

    Schedule {
        if (rate < 1 || connections < 1 || settling < 0 || recorded < 1) {
            throw new IllegalArgumentException("rate, connections and seconds must be positive");
        }
    }

    /** A schedule that records for {@code seconds} after sending for {@code settlingSeconds}. */
    static Schedule of(int rate, int connections, double settlingSeconds, double seconds) {
        return new Schedule(rate, connections, (int) Math.round(rate * settlingSeconds / connections), (int)
                Math.round(rate * seconds / connections));
    }

    int requestsOfAConnection() {
        return settling + recorded;
    }

    boolean isRecorded(int request) {
        return request >= settling;
    }

    /** Nanoseconds after the start at which a connection's request is due. */
    long due(int connection, int request) {
        long turn = (long) request * connections + connection;
        return turn / rate * SECOND + turn % rate * SECOND / rate;
    }
}
