package io.hyaline.pilot.generate;

import io.hyaline.model.InterceptionMode;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Protocol;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.fixture.Golden;
import io.hyaline.pilot.fixture.SeedMesh;
import io.hyaline.pilot.json.EnvoyJson;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The seed's two pods, whole, as text. */
class GoldenTest {
    @Test
    void httpbinUnderRedirect() throws IOException {
        check("httpbin-redirect", new SeedMesh().snapshot(), SeedMesh.httpbin(InterceptionMode.REDIRECT));
    }

    @Test
    void httpbinUnderTproxy() throws IOException {
        check("httpbin-tproxy", new SeedMesh().snapshot(), SeedMesh.httpbin(InterceptionMode.TPROXY));
    }

    @Test
    void sleep() throws IOException {
        check("sleep", new SeedMesh().snapshot(), SeedMesh.sleep());
    }

    @Test
    void everyKindOfPort() throws IOException {
        MeshSnapshot mesh = new SeedMesh()
                .service("mixed", "", 7000, 7000, "10.96.0.81", Protocol.AUTO)
                .service("db", "tcp", 5432, 5432, "10.96.0.80", Protocol.TCP)
                .service("rpc", "grpc", 9000, 9000, "10.96.0.82", Protocol.GRPC)
                .service("set", "tcp", 5433, 5433, "", Protocol.TCP)
                .pod("set", "172.20.1.81", true, 5433)
                .service("web", "http", 8000, 8000, "", Protocol.HTTP)
                .pod("web", "172.20.1.83", true, 8000)
                .snapshot();
        check("ports", mesh, SeedMesh.node("mixed", "172.20.1.9", InterceptionMode.REDIRECT));
    }

    private static void check(String name, MeshSnapshot mesh, ProxyNode node) throws IOException {
        ProxyResources resources = Generate.resources(mesh, node);
        Golden.check("xds/" + name + ".json", text(resources));
    }

    static String text(ProxyResources resources) {
        StringBuilder text = new StringBuilder();
        resources
                .clusters()
                .values()
                .forEach(m -> text.append(EnvoyJson.print(m)).append('\n'));
        resources
                .endpoints()
                .values()
                .forEach(m -> text.append(EnvoyJson.print(m)).append('\n'));
        resources
                .listeners()
                .values()
                .forEach(m -> text.append(EnvoyJson.print(m)).append('\n'));
        resources.routes().values().forEach(m -> text.append(EnvoyJson.print(m)).append('\n'));
        return text.toString();
    }
}
