/**
 * What makes objects act: deployments become replica sets, replica sets become pods, pods find a node, services find their
 * endpoints. Each controller reacts to watches by looking at one key anew, and writes only through the API.
 */
@NullMarked
package io.hyaline.runtime.controllers;

import org.jspecify.annotations.NullMarked;
