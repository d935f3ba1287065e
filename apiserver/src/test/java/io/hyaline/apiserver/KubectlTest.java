package io.hyaline.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.apiserver.json.Json;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What people type. */
final class KubectlTest {
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: %s
            spec:
              selector:
                matchLabels: {app: %1$s}
              template:
                metadata:
                  labels: {app: %1$s}
                spec:
                  containers:
                  - {name: main, image: 'example/one:1', ports: [{containerPort: 8000}]}
                  - {name: side, image: 'example/two'}
            """;

    private static ServerFixture fixture;
    private static Kubectl kubectl;

    @BeforeAll
    static void start() {
        fixture = ServerFixture.start();
        kubectl = fixture.kubectl;
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void applyIsIdempotentAndSeesChanges() {
        assertThat(kubectl.apply(DEPLOYMENT.formatted("apply"))).isEqualTo("deployment.apps/apply created\n");
        assertThat(kubectl.apply(DEPLOYMENT.formatted("apply"))).isEqualTo("deployment.apps/apply unchanged\n");
        assertThat(kubectl.apply(DEPLOYMENT.formatted("apply").replace("one:1", "one:2")))
                .isEqualTo("deployment.apps/apply configured\n");
        ObjectNode deployment = get("deployment", "apply");
        assertThat(Json.number(deployment, 0, "metadata", "generation")).isEqualTo(2);
        assertThat(Json.string(deployment, "spec", "strategy", "rollingUpdate", "maxSurge"))
                .isEqualTo("25%");
        assertThat(Json.objects(deployment, "spec", "template", "spec", "containers"))
                .extracting(one -> Json.string(one, "imagePullPolicy"))
                .containsExactly("IfNotPresent", "Always");
    }

    @Test
    void serverSideApplyNamesTheOtherManager() {
        String manifest = DEPLOYMENT.formatted("serverside").replace("selector:", "replicas: 1\n  selector:");
        kubectl.apply(manifest, "--server-side");
        kubectl.run("scale", "deployment", "serverside", "--replicas=3");
        Kubectl.Result conflict = kubectl.attempt(manifest, "apply", "--server-side", "-f", "-");
        assertThat(conflict.err())
                .contains("Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\"")
                .contains(".spec.replicas");
        assertThat(kubectl.apply(manifest, "--server-side", "--force-conflicts"))
                .contains("serverside-applied");
        assertThat(Json.number(get("deployment", "serverside"), 0, "spec", "replicas"))
                .isEqualTo(1);
    }

    @Test
    void threeKindsOfPatch() {
        kubectl.apply(DEPLOYMENT.formatted("patch"));
        kubectl.run(
                "patch",
                "deployment",
                "patch",
                "-p",
                "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"mode\":\"TPROXY\"}},"
                        + "\"spec\":{\"containers\":[{\"name\":\"side\",\"image\":\"example/three\"}]}}}}");
        kubectl.run("patch", "deployment", "patch", "--type=merge", "-p", "{\"spec\":{\"replicas\":4}}");
        kubectl.run(
                "patch",
                "deployment",
                "patch",
                "--type=json",
                "-p",
                "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/image\",\"value\":\"example/zero\"}]");
        ObjectNode deployment = get("deployment", "patch");
        assertThat(Json.objects(deployment, "spec", "template", "spec", "containers"))
                .extracting(one -> Json.string(one, "image"))
                .containsExactly("example/zero", "example/three");
        assertThat(Json.number(deployment, 0, "spec", "replicas")).isEqualTo(4);
        assertThat(Json.number(deployment, 0, "metadata", "generation")).isEqualTo(4);
    }

    @Test
    void mistakesAreNamed() {
        String manifest = DEPLOYMENT.formatted("mistakes");
        assertThat(kubectl.attempt(manifest.replace("image: 'example/two'", "imagee: x"), "apply", "-f", "-")
                        .err())
                .contains("strict decoding error: unknown field \"spec.template.spec.containers[1].imagee\"");
        assertThat(kubectl.attempt(manifest.replace("labels: {app: mistakes}", "labels: {app: b}"), "apply", "-f", "-")
                        .err())
                .contains("`selector` does not match template `labels`");
        assertThat(kubectl.attempt(manifest.replace("name: side", "name: main"), "apply", "-f", "-")
                        .err())
                .contains("spec.template.spec.containers[1].name: Duplicate value: \"main\"");
        assertThat(kubectl.attempt(manifest.replace("8000", "80000"), "apply", "-f", "-")
                        .err())
                .contains("must be between 1 and 65535, inclusive");
        assertThat(kubectl.attempt(manifest.replace("kind: Deployment", "kind: Deploymint"), "apply", "-f", "-")
                        .err())
                .contains("no matches for kind \"Deploymint\"");
        assertThat(kubectl.fails("-n", "nowhere", "create", "configmap", "c"))
                .contains("namespaces \"nowhere\" not found");
    }

    @Test
    void selectorAndClusterAddressStayAsTheyAre() {
        kubectl.apply(DEPLOYMENT.formatted("fixed"));
        assertThat(
                        kubectl.fails(
                                "patch",
                                "deployment",
                                "fixed",
                                "--type=merge",
                                "-p",
                                "{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"x\"}},\"template\":{\"metadata\":{\"labels\":{\"app\":\"x\"}}}}}"))
                .contains("spec.selector: Invalid value")
                .contains("field is immutable");
        kubectl.run("create", "service", "clusterip", "fixed", "--tcp=80:8000");
        assertThat(kubectl.fails(
                        "patch",
                        "service",
                        "fixed",
                        "-p",
                        "{\"spec\":{\"clusterIP\":\"10.96.0.77\",\"clusterIPs\":[\"10.96.0.77\"]}}"))
                .contains("may not change once set");
    }

    @Test
    void servicesGetAddressesAndPorts() {
        kubectl.run("create", "service", "nodeport", "open", "--tcp=80:8000");
        ObjectNode service = get("service", "open");
        assertThat(Json.string(service, "spec", "clusterIP")).startsWith("10.96.");
        long nodePort = Json.number(Json.objects(service, "spec", "ports").getFirst(), 0, "nodePort");
        assertThat(nodePort).isBetween(30_000L, 32_767L);
        assertThat(kubectl.fails("create", "service", "nodeport", "second", "--tcp=80:8000", "--node-port=" + nodePort))
                .contains("provided port is already allocated");
        kubectl.run(
                "patch",
                "service",
                "open",
                "-p",
                "{\"spec\":{\"type\":\"LoadBalancer\",\"externalTrafficPolicy\":\"Local\"}}");
        ObjectNode balanced = get("service", "open");
        assertThat(Json.number(balanced, 0, "spec", "healthCheckNodePort")).isPositive();
        assertThat(Json.number(Json.objects(balanced, "spec", "ports").getFirst(), 0, "nodePort"))
                .isEqualTo(nodePort);
        assertThat(kubectl.run("get", "service", "open"))
                .containsPattern("LoadBalancer +10\\.96\\.\\S+ +<pending> +80:" + nodePort);
        kubectl.run("delete", "service", "open");
        kubectl.run("create", "service", "nodeport", "third", "--tcp=80:8000", "--node-port=" + nodePort);
    }

    @Test
    void servicesWithFaultsAreRefused() {
        String manifest = """
                apiVersion: v1
                kind: Service
                metadata: {name: faulty}
                spec: {%s, ports: [{port: 80}]}
                """;
        assertThat(kubectl.attempt(manifest.formatted("externalIPs: [nonsense]"), "apply", "-f", "-")
                        .err())
                .contains("The Service \"faulty\" is invalid: spec.externalIPs[0]: Invalid value: \"nonsense\": must be"
                        + " a valid IP address");
        assertThat(kubectl.attempt(manifest.formatted("ipFamilies: [IPv6]"), "apply", "-f", "-")
                        .err())
                .contains("spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on this cluster");
        kubectl.apply(manifest.formatted("type: LoadBalancer, externalTrafficPolicy: Local"));
        kubectl.run("patch", "service", "faulty", "-p", "{\"spec\":{\"type\":\"ClusterIP\"}}");
        assertThat(kubectl.run("get", "service", "faulty", "-o", "jsonpath={.spec}"))
                .as("what belonged to the type went with it")
                .doesNotContain("nodePort")
                .doesNotContain("externalTrafficPolicy")
                .doesNotContain("healthCheckNodePort")
                .doesNotContain("allocateLoadBalancerNodePorts");
        assertThat(kubectl.fails(
                        "patch",
                        "service",
                        "faulty",
                        "-p",
                        "{\"spec\":{\"loadBalancerSourceRanges\":[\"10.0.0.0/8\"]}}"))
                .contains("may only be used when `type` is 'LoadBalancer'");
    }

    @Test
    void podsGetTheTokenOfTheirAccount() {
        kubectl.run("run", "tokened", "--image=example/one");
        ObjectNode pod = get("pod", "tokened");
        assertThat(Json.string(pod, "spec", "serviceAccountName")).isEqualTo("default");
        assertThat(Json.objects(pod, "spec", "volumes").getFirst().path("name").stringValue())
                .startsWith("kube-api-access-");
        assertThat(kubectl.run("get", "pod", "tokened", "-o", "wide"))
                .containsPattern("tokened +0/1 +Pending +0 +\\d+s +<none> +<none> +<none> +<none>");
        assertThat(kubectl.fails(
                        "run", "other", "--image=x", "--overrides={\"spec\":{\"serviceAccountName\":\"ghost\"}}"))
                .contains("error looking up service account default/ghost: serviceaccount \"ghost\" not found");
    }

    @Test
    void labelsAnnotationsAndSelectors() {
        kubectl.run("create", "configmap", "labelled", "--from-literal=a=b");
        kubectl.run("label", "configmap", "labelled", "color=red");
        kubectl.run("annotate", "configmap", "labelled", "note=x");
        assertThat(kubectl.run("get", "configmap", "-l", "color in (red,blue)", "-o", "name"))
                .isEqualTo("configmap/labelled\n");
        assertThat(kubectl.run("get", "configmap", "--field-selector=metadata.name=labelled", "-o", "name"))
                .isEqualTo("configmap/labelled\n");
        assertThat(kubectl.run("get", "configmap", "labelled", "-o", "jsonpath={.metadata.annotations.note}"))
                .isEqualTo("x");
    }

    @Test
    void watchPrintsChanges() throws Exception {
        kubectl.run("create", "configmap", "watched");
        Process watch = kubectl.start("get", "configmap", "watched", "-w");
        try (BufferedReader lines = watch.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).matches("NAME +DATA +AGE");
            assertThat(lines.readLine()).matches("watched +0 +\\d+s");
            kubectl.run("patch", "configmap", "watched", "-p", "{\"data\":{\"a\":\"b\"}}");
            assertThat(lines.readLine()).matches("watched +1 +\\d+s");
        } finally {
            watch.destroy();
            watch.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void describeShowsEvents() {
        kubectl.run("run", "described", "--image=example/one");
        String uid = Json.string(get("pod", "described"), "metadata", "uid");
        kubectl.apply("""
                apiVersion: v1
                kind: Event
                metadata: {name: described.1, namespace: default}
                involvedObject: {kind: Pod, name: described, namespace: default, uid: %s, apiVersion: v1}
                reason: FailedScheduling
                message: no node fits
                type: Warning
                count: 1
                firstTimestamp: 2026-01-01T00:00:00Z
                lastTimestamp: 2026-01-01T00:00:00Z
                source: {component: scheduler}
                """.formatted(uid));
        assertThat(kubectl.run("describe", "pod", "described"))
                .containsPattern("Warning +FailedScheduling +\\S+ +scheduler +no node fits");
        assertThat(kubectl.run(
                        "get", "events.v1.events.k8s.io", "described.1", "-o", "jsonpath={.note} {.regarding.name}"))
                .isEqualTo("no node fits described");
    }

    @Test
    void explainAndApiResources() {
        assertThat(kubectl.run("explain", "deployment.spec.template.spec.containers.ports"))
                .contains("FIELD: ports <[]ContainerPort>")
                .contains("containerPort\t<integer>");
        assertThat(kubectl.run("api-resources", "--namespaced=true"))
                .containsPattern("deployments +deploy +apps/v1 +true +Deployment");
        assertThat(kubectl.run("version")).contains("Server Version: v1.32");
    }

    @Test
    void tokensAreReviewed() {
        kubectl.run("create", "serviceaccount", "reviewed");
        String token = kubectl.run("create", "token", "reviewed", "--audience=istio-ca", "--duration=20m")
                .strip();
        ObjectNode review = review(token, "istio-ca");
        assertThat(Json.truth(review, "status", "authenticated")).isTrue();
        assertThat(Json.string(review, "status", "user", "username"))
                .isEqualTo("system:serviceaccount:default:reviewed");
        assertThat(Json.strings(review, "status", "audiences")).containsExactly("istio-ca");
        assertThat(Json.truth(review(token, "somebody-else"), "status", "authenticated"))
                .isFalse();
        assertThat(Json.truth(review(token + "x", "istio-ca"), "status", "authenticated"))
                .isFalse();
        assertThat(kubectl.run("auth", "can-i", "delete", "nodes")).isEqualTo("yes\n");
        assertThat(kubectl.run("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"))
                .isEqualTo("kubernetes-admin");
    }

    private static ObjectNode review(String token, String audience) {
        Kubectl.Result result = kubectl.attempt("""
                {"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"%s","audiences":["%s"]}}""".formatted(token, audience), "create", "-f", "-", "-o", "json");
        assertThat(result.exit()).as(result.err()).isZero();
        return Json.parse(result.out());
    }

    @Test
    void deleteAndWait() throws Exception {
        kubectl.run("create", "configmap", "waited");
        Process wait = kubectl.start("wait", "--for=delete", "configmap/waited", "--timeout=20s");
        kubectl.run("delete", "configmap", "waited");
        assertThat(wait.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(wait.exitValue()).isZero();
        assertThat(kubectl.fails("delete", "configmap", "waited")).contains("configmaps \"waited\" not found");
    }

    @Test
    void replaceWithAnOldRevisionIsAConflict() {
        kubectl.run("create", "configmap", "replaced", "--from-literal=a=1");
        String old = kubectl.run("get", "configmap", "replaced", "-o", "json");
        kubectl.run("patch", "configmap", "replaced", "-p", "{\"data\":{\"a\":\"2\"}}");
        assertThat(kubectl.attempt(old, "replace", "-f", "-").err())
                .contains(
                        "the object has been modified; please apply your changes to the latest version and try again");
    }

    @Test
    void logsOfAPodWithoutNodeAgentAreRefused() {
        kubectl.run("run", "silent", "--image=example/one");
        assertThat(kubectl.fails("logs", "silent")).contains("pod silent does not have a host assigned");
        Kubectl.Result bound = kubectl.attempt("""
                {"apiVersion": "v1", "kind": "List", "items": [
                  {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "deaf"}},
                  {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "silent"}, "target": {"name": "deaf"}}]}
                """, "create", "-f", "-");
        assertThat(bound.exit()).as(bound.err()).isZero();
        assertThat(kubectl.fails("logs", "silent")).contains("no node of this server answers");
    }

    @Test
    void dryRunChangesNothing() {
        assertThat(kubectl.run("create", "configmap", "dry", "--dry-run=server"))
                .contains("created (server dry run)");
        assertThat(kubectl.fails("get", "configmap", "dry")).contains("NotFound");
    }

    private static ObjectNode get(String kind, String name) {
        return Json.parse(kubectl.run("get", kind, name, "-o", "json"));
    }
}
