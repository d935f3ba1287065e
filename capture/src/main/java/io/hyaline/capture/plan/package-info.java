/** What is captured, decided from istio-iptables arguments or from a pod's annotations; nothing here touches the system. */
@NullMarked
package io.hyaline.capture.plan;

import org.jspecify.annotations.NullMarked;
