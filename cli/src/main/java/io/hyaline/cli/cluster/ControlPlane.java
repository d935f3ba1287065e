package io.hyaline.cli.cluster;

import io.hyaline.inject.InjectionConfig;
import io.hyaline.inject.WebhookServer;
import io.hyaline.pilot.Pilot;
import io.hyaline.pilot.PilotConfig;
import io.hyaline.pilot.admit.AdmissionWebhook;
import io.hyaline.pilot.ca.ServingKey;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/** Pilot and webhooks, which share a certificate authority. */
final class ControlPlane implements AutoCloseable {

    private static final long READY_SECONDS = 30;
    private static final List<String> WEBHOOK_NAMES = List.of("istiod.istio-system.svc");

    private final Pilot pilot;
    private final WebhookServer webhook;

    private ControlPlane(Pilot pilot, WebhookServer webhook) {
        this.pilot = pilot;
        this.webhook = webhook;
    }

    /** Returns when the mesh's objects have been read and the API server knows the webhook. */
    static ControlPlane start(Home home, String address, Install install) {
        Pilot pilot = Pilot.start(PilotConfig.standard(home.kubeconfig(), address));
        try {
            ServingKey key = new ServingKey(pilot.authority(), WEBHOOK_NAMES, InstantSource.system());
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(new KeyManager[] {key}, null, new SecureRandom());
            WebhookServer webhook = WebhookServer.start(
                    new InetSocketAddress(address, Ports.WEBHOOK),
                    tls,
                    InjectionConfig.DEFAULT,
                    Map.of(AdmissionWebhook.PATH, pilot.admission()::answer));
            install.injection(pilot.authority().rootPem());
            install.validation(pilot.authority().rootPem());
            if (!pilot.awaitReady(READY_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "the pilot could not read the cluster's objects within " + READY_SECONDS + " s");
            }
            return new ControlPlane(pilot, webhook);
        } catch (GeneralSecurityException e) {
            pilot.close();
            throw new IllegalStateException("no TLS for the webhooks", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            pilot.close();
            throw new IllegalStateException("interrupted while the pilot started", e);
        } catch (RuntimeException e) {
            pilot.close();
            throw e;
        }
    }

    @Override
    public void close() {
        webhook.close();
        pilot.close();
    }
}
