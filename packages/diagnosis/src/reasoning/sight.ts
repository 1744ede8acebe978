import type { Snapshot } from '../snapshot/snapshot.ts';

// What requests and queues do is told by telemetry alone; objects may look well meanwhile.
const OF_REQUESTS =
  /error|latency|slow|duration|request|budget|burn|5xx|slo(?![a-z])|lag|timeout|throughput|traffic|apdex|availability/i;

/** Whether enough was read to call the snapshot healthy: objects, and telemetry when a firing alert speaks of requests. */
export function canSeeHealth(snapshot: Snapshot): boolean {
  if (snapshot.objects.count === 0) return false;
  const { logs, metrics, traces } = snapshot.sources;
  if ([logs, metrics, traces].includes('present')) return true;
  return !snapshot.alerts.some(
    ({ status, labels }) => status === 'firing' && OF_REQUESTS.test(labels['alertname'] ?? ''),
  );
}
