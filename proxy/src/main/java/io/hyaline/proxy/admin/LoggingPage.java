package io.hyaline.proxy.admin;

import org.slf4j.LoggerFactory;

/** The level of the proxy's own log; changing it is up to the logging library, which the command line owns. */
final class LoggingPage {

    private LoggingPage() {}

    static Page answer(Query query) {
        if (!query.parameters().isEmpty()) {
            return Page.refused(400, "levels are set where the proxy is started, with --log-level\n");
        }
        var root = LoggerFactory.getLogger("io.hyaline.proxy");
        String level = root.isDebugEnabled()
                ? "debug"
                : root.isInfoEnabled() ? "info" : root.isWarnEnabled() ? "warning" : "error";
        return Page.text("active loggers:\n  io.hyaline.proxy: " + level + "\n");
    }
}
