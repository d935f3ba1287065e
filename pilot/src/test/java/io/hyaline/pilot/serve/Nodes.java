package io.hyaline.pilot.serve;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.hyaline.pilot.fixture.SeedMesh;

/** Nodes as bootstraps describe them. */
final class Nodes {
    private Nodes() {}

    static Node httpbin() {
        return of("sidecar~" + SeedMesh.HTTPBIN_IP + "~httpbin-5.default~default.svc.cluster.local");
    }

    static Node of(String id) {
        Struct labels = Struct.newBuilder().putFields("app", text("httpbin")).build();
        return Node.newBuilder()
                .setId(id)
                .setCluster("httpbin.default")
                .setMetadata(Struct.newBuilder()
                        .putFields("ISTIO_VERSION", text("1.x"))
                        .putFields("INTERCEPTION_MODE", text("TPROXY"))
                        .putFields("SERVICE_ACCOUNT", text("httpbin"))
                        .putFields("INSTANCE_IPS", text(SeedMesh.HTTPBIN_IP))
                        .putFields("POD_PORTS", text("[{\"name\":\"web\",\"containerPort\":8000}]"))
                        .putFields(
                                "LABELS",
                                Value.newBuilder().setStructValue(labels).build()))
                .build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
