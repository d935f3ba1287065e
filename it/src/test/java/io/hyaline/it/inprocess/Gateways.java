package io.hyaline.it.inprocess;

import io.hyaline.proxy.bootstrap.BootstrapFile;
import io.hyaline.proxy.instance.InstanceConfig;
import io.hyaline.proxy.instance.ProxyInstance;
import io.hyaline.proxy.log.LogWriter;
import io.hyaline.proxy.sidecar.StandaloneProxy;
import io.hyaline.proxy.socket.LocalSockets;
import io.hyaline.proxy.upstream.ClusterPlan;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The proxies that can be a gateway; each follows the same bootstrap. */
enum Gateways {
    ENVOY {
        @Override
        AutoCloseable start(Path bootstrap) throws Exception {
            Process envoy = new ProcessBuilder(
                            Path.of("..", ".venv", "bin", "envoy").toString(),
                            "-c",
                            bootstrap.toString(),
                            "--concurrency",
                            "1",
                            "--disable-hot-restart")
                    .redirectErrorStream(true)
                    .redirectOutput(bootstrap.resolveSibling("envoy.log").toFile())
                    .start();
            return () -> envoy.destroyForcibly().waitFor();
        }
    },
    HYALINE {
        @Override
        AutoCloseable start(Path bootstrap) throws Exception {
            EventLoopGroup loops = LocalSockets.newLoops(1);
            LogWriter writer = new LogWriter();
            ProxyInstance instance = new ProxyInstance(
                    new InstanceConfig(
                            "gateway",
                            new LocalSockets(loops),
                            (_, _, _, _) -> {},
                            ClusterPlan.Sockets.DEFAULT,
                            0,
                            null,
                            InstanceConfig.DRAIN_TIME),
                    writer);
            StandaloneProxy proxy = StandaloneProxy.start(BootstrapFile.read(bootstrap), instance);
            return () -> {
                proxy.close();
                instance.close();
                writer.close();
                loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2000);
            };
        }
    };

    abstract AutoCloseable start(Path bootstrap) throws Exception;
}
