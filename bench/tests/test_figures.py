import unittest

from harness import figures, report


def results(**works):
    return {"works": {w: {"arms": {a: {"rounds": r, "memory": None} for a, r in arms.items()}} for w, arms in works.items()}}


class FiguresTest(unittest.TestCase):
    def test_spread_is_min_median_max(self):
        self.assertEqual(figures.spread([3, 1, 2, 9]), (1, 2.5, 9))
        self.assertIsNone(figures.spread([]))

    def test_ratios_are_taken_round_by_round(self):
        r = results(http={"hyaline": [{"cpu_us": 10}, {"cpu_us": 30}], "envoy": [{"cpu_us": 20}, {"cpu_us": 40}]})
        self.assertEqual(figures.ratios(r, "http", "hyaline", "envoy", "cpu_us"), [0.5, 0.75])

    def test_an_arm_that_was_not_measured_has_no_ratio(self):
        r = results(http={"envoy": [{"cpu_us": 20}]})
        self.assertEqual(figures.ratios(r, "http", "hyaline", "envoy", "cpu_us"), [])

    def test_added_latency_is_against_the_direct_way_of_the_same_round(self):
        r = results(paced={"nginx": [{"p99": 900}, {"p99": 700}], "direct": [{"p99": 500}, {"p99": 600}]})
        self.assertEqual(figures.added(r, "nginx", "p99"), [400, 100])

    def test_bars(self):
        r = results(
            http={"hyaline": [{"cpu_us": 15}], "envoy": [{"cpu_us": 30}], "nginx": [{"cpu_us": 15}]},
            paced={
                "direct": [{"p99": 100}],
                "nginx": [{"p99": 400}],
                "haproxy": [{"p99": 300}],
                "envoy": [{"p99": 900}],
                "hyaline": [{"p99": 200}],
            },
        )
        found = {(b.measure, b.wanted): b.met for b in figures.bars(r)}
        self.assertIs(found["CPU per request, HTTP/1.1 keep-alive", "≤ 0.45 × envoy"], False)
        self.assertIs(found["CPU per request, HTTP/1.1 keep-alive", "≤ 1 × nginx"], True)
        self.assertIs(found["added p99 at 1000 requests/s", "< haproxy: 0.20 ms"], True)
        self.assertIsNone(found["CPU per request, sidecar pair with mTLS", "≤ 0.45 × Envoy's pair"])

    def test_a_verdict_says_whether_all_rounds_agree(self):
        for seen, verdict in (
            ([0.3, 0.4], "met"),
            ([0.5, 0.6], "not met"),
            ([0.3, 0.4, 0.6], "met by the median"),
            ([0.4, 0.5, 0.6], "not met by the median"),
        ):
            with self.subTest(seen=seen):
                self.assertEqual(figures.Bar("m", "≤ 0.45", seen, 0.45, "×").verdict, verdict)

    def test_latency_has_no_bar_when_the_best_peer_seems_to_add_nothing(self):
        r = results(paced={a: [{"p99": 100}] for a in ("direct", "nginx", "hyaline")})
        bar = next(b for b in figures.bars(r) if b.measure == "added p99 at 1000 requests/s")
        self.assertIsNone(bar.met)
        self.assertEqual(bar.seen, (0, 0, 0))


class ReportTest(unittest.TestCase):
    def test_only_what_is_between_the_markers_is_replaced(self):
        self.assertEqual(report.insert("a <b> old <e> z", "<b>", "<e>", "new\n"), "a <b>\n\nnew\n\n<e> z")

    def test_a_document_without_markers_is_refused(self):
        with self.assertRaises(ValueError):
            report.insert("a", "<b>", "<e>", "new")

    def test_a_whole_report_names_what_failed_and_what_was_not_measured(self):
        r = results(http={"envoy": [{"cpu_us": 30, "rps": 1000, "p50": 1, "p99": 2}]})
        r["works"]["http"] |= {"neighbours": {"others": 0.2, "steal": 0}, "rounds": 1, "seconds": 1}
        r |= {
            "date": "today",
            "machine": {"cores": 2, "cpu": "X", "virtual": False, "memory_gib": 4, "kernel": "6.18"},
            "versions": {"Envoy": "1.40.0"},
            "options": {"rounds": 1, "seconds": 1, "warm_up": 1},
            "failures": {"hyaline": "no build\nlong story"},
        }
        text = report.markdown(r)
        self.assertIn("**Hyaline FAILED** and has no figures below: no build\n", text)
        self.assertIn("too much to trust small differences", text)
        self.assertIn("| CPU per request, HTTP/1.1 keep-alive | ≤ 0.45 × envoy | not measured | — |", text)
        self.assertIn("Not measured in this run.", text)


if __name__ == "__main__":
    unittest.main()
