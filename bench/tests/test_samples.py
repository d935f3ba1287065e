import unittest

from harness import samples

PRINTED = """\
jdk.CPUTimeSample {
  startTime = 12:48:51.905 (2026-11-23)
  failed = false
  eventThread = "loop-1" (javaThreadId = 18)
  stackTrace = [
    io.netty.channel.unix.Socket.writeAddress(int, long, int, int)
    io.netty.channel.unix.FileDescriptor.writeAddress(long, int, int) line: 145
    io.hyaline.proxy.loop.Upstream.flush(Channel) line: 12
    ...
  ]
}

jdk.CPUTimeSample {
  startTime = 12:48:51.906 (2026-11-23)
  failed = true
  eventThread = "loop-1" (javaThreadId = 18)
}

jdk.ObjectAllocationSample {
  startTime = 12:48:51.928 (2026-11-23)
  objectClass = byte[] (classLoader = bootstrap)
  weight = 2.0 MB
  eventThread = "loop-1" (javaThreadId = 18)
  stackTrace = [
    java.lang.StringLatin1.newString(byte[], int, int) line: 1
    io.hyaline.proxy.log.Line.text() line: 3
  ]
}

jdk.GarbageCollection {
  startTime = 12:48:52.021 (2026-11-23)
  duration = 12.3 ms
  sumOfPauses = 12.3 ms
  eventThread = "VM Thread" (osThreadId = 8997)
}
"""


class SamplesTest(unittest.TestCase):
    def test_what_jfr_prints_is_read(self):
        found, allocated, paused = samples.read(PRINTED.splitlines())
        self.assertEqual([s.thread for s in found], ["loop-1", "loop-1"])
        self.assertEqual(found[0].top, "io.netty.channel.unix.Socket.writeAddress")
        self.assertEqual(found[0].own, "io.hyaline.proxy.loop.Upstream.flush")
        self.assertEqual(found[1].top, "(no Java stack)")
        self.assertEqual(allocated, {"byte[] by proxy.log.Line.text": 2 << 20})
        self.assertAlmostEqual(paused, 0.0123)

    def test_a_sample_is_counted_for_one_cost(self):
        for frames, cost in (
            (["io.netty.channel.unix.FileDescriptor.readAddress"], "system call: read from sockets"),
            (["io.netty.channel.unix.Socket.recvAddress"], "system call: read from sockets"),
            (["io.netty.channel.epoll.Native.epollWait0"], "system call: wait for events"),
            (["sun.nio.ch.UnixFileDispatcherImpl.write0"], "system call: write the access log"),
            (["io.netty.internal.tcnative.SSL.readFromSSL"], "TLS (BoringSSL and its engine)"),
            (["java.nio.Bits.get", "io.netty.handler.ssl.SslHandler.wrap", "io.hyaline.a.B.c"], "TLS (BoringSSL and its engine)"),
            (["java.util.HashMap.get", "io.hyaline.proxy.head.Scan.next"], "code called by io.hyaline.proxy.head"),
            (["io.netty.channel.DefaultChannelPipeline.fire"], "Netty and the JDK on their own"),
        ):
            with self.subTest(frames=frames):
                self.assertEqual(samples.Sample("t", frames, False).cost, cost)

    def test_the_jvms_own_threads_are_costs_beside_the_samples(self):
        found = [samples.Sample("loop", [f], False) for f in ("a.B.c", "a.B.c", "a.B.d", "io.netty.internal.tcnative.SSL.read")]
        costs, sampled = samples.costs(found, {"loop": 80, "C2 CompilerThre": 15, "GC Thread#0": 5})
        self.assertEqual(sampled, 0.8)
        self.assertEqual(
            [(name, round(share, 3)) for name, share in costs],
            [
                ("Netty and the JDK on their own", 0.6),
                ("TLS (BoringSSL and its engine)", 0.2),
                ("JIT compilers", 0.15),
                ("garbage collection", 0.05),
            ],
        )


if __name__ == "__main__":
    unittest.main()
