package io.hyaline.runtime.balance;

/** A health port of a node. */
record Target(String address, int port) {}
