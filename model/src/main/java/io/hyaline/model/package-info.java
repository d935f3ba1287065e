/** The mesh's vocabulary as records: what the pilot knows of services, endpoints, workloads and policies. */
@NullMarked
package io.hyaline.model;

import org.jspecify.annotations.NullMarked;
