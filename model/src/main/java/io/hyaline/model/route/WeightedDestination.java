package io.hyaline.model.route;

/** One of the destinations that share a route's traffic. */
public record WeightedDestination(Destination destination, int weight, HeaderChanges headers) {}
