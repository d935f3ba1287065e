package io.hyaline.proxy.plan;

/** A resource that cannot be served, and why: becomes a NACK that names it. */
public final class RejectedResource extends Exception {

    private final String type;
    private final String name;
    private final String reason;

    public RejectedResource(String type, String name, String reason) {
        super(type + " '" + name + "': " + reason);
        this.type = type;
        this.name = name;
        this.reason = reason;
    }

    public String type() {
        return type;
    }

    public String name() {
        return name;
    }

    public String reason() {
        return reason;
    }
}
