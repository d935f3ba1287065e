package io.hyaline.proxy.sidecar;

import java.util.List;

/**
 * How far a sidecar's configuration has come.
 *
 * @param clustersReceived whether CDS has answered, or is not configured
 * @param listenersReceived whether LDS has answered, or is not configured
 * @param serving whether every listener of the first answer has been handed to the data plane
 * @param waitingFor what warming waits for, such as {@code SECRET default}
 * @param failure why the control plane or the CA does not answer; empty while they do
 */
public record Progress(
        boolean clustersReceived, boolean listenersReceived, boolean serving, List<String> waitingFor, String failure) {

    static final Progress NONE = new Progress(false, false, false, List.of(), "");

    Progress failing(String reason, boolean applied) {
        return new Progress(clustersReceived, listenersReceived, serving && applied, waitingFor, reason);
    }

    public boolean ready() {
        return clustersReceived && listenersReceived && serving;
    }
}
