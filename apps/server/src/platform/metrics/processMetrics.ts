import { monitorEventLoopDelay } from "node:perf_hooks";
import { Gauge } from "./Gauge.ts";
import type { Metric } from "./Metric.ts";

const nanoseconds = 1e9;
const microseconds = 1e6;

/** How this process is, under the names that dashboards for Node know. Measures until disposed. */
export function processMetrics(): { metrics: Metric[] } & Disposable {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const startedAt = Date.now() / 1000 - process.uptime();
  const cpuSeconds = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / microseconds;
  };
  /** Since it was last asked for: a hiccup of last week is not today's. */
  const worstDelay = () => {
    const seconds = delay.percentile(99) / nanoseconds;
    delay.reset();
    return Number.isFinite(seconds) ? seconds : 0;
  };
  return {
    metrics: [
      Gauge.total("process_cpu_seconds_total", "Processor time of the control plane, in seconds.", cpuSeconds),
      Gauge.one("process_start_time_seconds", "When it was started, in Unix seconds.", () => startedAt),
      Gauge.one("process_resident_memory_bytes", "Its memory.", () => process.memoryUsage.rss()),
      Gauge.one("nodejs_heap_size_used_bytes", "Of that, what JavaScript uses.", () => process.memoryUsage().heapUsed),
      Gauge.one(
        "nodejs_eventloop_lag_p99_seconds",
        "How late timers were since the last look, 99th percentile.",
        worstDelay,
      ),
    ],
    [Symbol.dispose]: () => void delay.disable(),
  };
}
