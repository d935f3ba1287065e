package io.hyaline.runtime.balance;

/**
 * A node that connections may go to.
 *
 * @param mark by which its packets are routed
 */
record BalancedNode(String name, String address, int mark) {}
