import type { SourceState } from '@headwater/contracts/recording/manifest.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { namesOnlyUnread } from './targets.ts';

// What requests and queues do is told by telemetry alone; objects may look well meanwhile.
const OF_REQUESTS =
  /error|latency|slow|duration|request|budget|burn|5xx|slo(?![a-z])|lag|timeout|throughput|traffic|apdex|availability/i;

/**
 * Whether enough was read to call the snapshot healthy: objects, those that firing alerts name among them, and telemetry
 * when one speaks of requests.
 */
export function canSeeHealth(snapshot: Snapshot): boolean {
  if (snapshot.objects.count === 0) return false;
  const firing = snapshot.alerts.filter(({ status }) => status === 'firing');
  if (firing.some((alert) => namesOnlyUnread(snapshot, alert))) return false;
  const { logs, metrics, traces } = snapshot.sources;
  // Somebody's rule sees something, and what it may have seen was asked for in vain.
  if (firing.length > 0 && [logs, metrics, traces].some(isClosed)) return false;
  if ([logs, metrics, traces].includes('present')) return true;
  return !firing.some(({ labels }) => OF_REQUESTS.test(labels['alertname'] ?? ''));
}

function isClosed(state: SourceState | undefined): boolean {
  return state === 'unreachable' || state === 'forbidden';
}
