package io.hyaline.runtime.agent;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The numbered channels of subprotocol v5.channel.k8s.io, and what is written on the one for errors. */
final class Channels {

    static final String PROTOCOL = "v5.channel.k8s.io";
    static final int STDIN = 0;
    static final int STDOUT = 1;
    static final int STDERR = 2;
    static final int ERROR = 3;
    static final int RESIZE = 4;
    static final int CLOSE = 255;

    static final JsonMapper JSON = JsonMapper.builder().build();

    private Channels() {}

    /** The Status object that says how a command ended. */
    static byte[] status(int code) {
        ObjectNode status = JSON.createObjectNode();
        status.putObject("metadata");
        if (code == 0) {
            status.put("status", "Success");
        } else {
            status.put("status", "Failure")
                    .put("message", "command terminated with non-zero exit code: exit status " + code)
                    .put("reason", "NonZeroExitCode");
            status.putObject("details")
                    .putArray("causes")
                    .addObject()
                    .put("reason", "ExitCode")
                    .put("message", Integer.toString(code));
        }
        return JSON.writeValueAsBytes(status);
    }

    /** The Status object that says that a command could not be run or watched. */
    static byte[] failure(String message) {
        ObjectNode status = JSON.createObjectNode();
        status.putObject("metadata");
        status.put("status", "Failure")
                .put("message", message)
                .put("reason", "InternalError")
                .put("code", 500);
        return JSON.writeValueAsBytes(status);
    }
}
