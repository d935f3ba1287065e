package io.hyaline.objects.istio;

/** A port of a Gateway server, a ServiceEntry or a Sidecar. */
public record Port(int number, String protocol, String name, int targetPort) {}
