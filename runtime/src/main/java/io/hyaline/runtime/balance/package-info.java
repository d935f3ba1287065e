/**
 * The load balancer in front of the nodes, as a cloud has one: it owns addresses on the outside network, keeps the client's
 * address, and sends new connections to nodes whose health check is good. What it knows comes from the Kubernetes API and
 * from those checks; what it has to say stands in the Service's status.
 */
@NullMarked
package io.hyaline.runtime.balance;

import org.jspecify.annotations.NullMarked;
