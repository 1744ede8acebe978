import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricsRegistry } from './metrics.ts';

/** The numbers a connection pool knows of itself. */
interface PoolCounts {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** Measures what every thread has: how late its timers run, and its database connections. */
export function measureThread(metrics: MetricsRegistry, thread: 'api' | 'worker', pool: PoolCounts): void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  metrics.beforeReading(() => {
    // Nanoseconds, and the resolution itself counts as delay there.
    const late = Math.max(0, delay.percentile(99) / 1e9 - 0.02);
    metrics.set('headwater_event_loop_lag_seconds', { thread }, late);
    delay.reset();
    metrics.set('headwater_database_connections', { thread, state: 'idle' }, pool.idleCount);
    metrics.set('headwater_database_connections', { thread, state: 'busy' }, pool.totalCount - pool.idleCount);
    metrics.set('headwater_database_connections', { thread, state: 'waiting' }, pool.waitingCount);
  });
}
