import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { joinRecordings } from '@headwater/adapters/recording/join.ts';
import { openRecording } from '@headwater/adapters/recording/open.ts';
import { withRepair } from '@headwater/adapters/recording/repair.ts';
import { endingAt } from '@headwater/adapters/recording/shift.ts';
import { type AlertSender, type Delivery, startAlertSender } from '@headwater/adapters/replay/alertmanager/sender.ts';
import { startReplay } from '@headwater/adapters/replay/server.ts';
import type { Clock } from '@headwater/adapters/replay/time.ts';
import { MINUTE, type Millis, SECOND } from '@headwater/core/time.ts';
import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';
import type { RecordingSource } from '@headwater/engine/ports/recording.ts';
import type { DemoIncident } from '../demo/incidents.ts';

export const DEMO_CLUSTER = 'demo';

/** The machine's clock. */
export const demoClock: Clock = {
  now: Date.now,
  wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

/** A secret for this run alone, easy to type. */
export function demoSecret(): string {
  return randomBytes(9).toString('base64url');
}

/** A replayed cluster in which every incident of the demo happens, and what is needed to read it. */
export interface DemoCluster {
  readonly url: string;
  readonly kubeconfig: string;
  /** The recorded alerts of each incident, moved to the demo's time. */
  readonly alerts: ReadonlyMap<DemoIncident, readonly Alert[]>;
  stop(): Promise<void>;
}

// The cluster's clock goes on this long; afterwards it stands still, which nobody watches a demo long enough to see.
const PLAYS_FOR = 24 * 60 * MINUTE;

/** Joins the recordings into one cluster whose clock is the machine's, and serves it on loopback. */
export async function startDemoCluster(incidents: readonly DemoIncident[], clock: Clock): Promise<DemoCluster> {
  // Whole seconds, as API servers tell time.
  const start = Math.floor(clock.now() / SECOND) * SECOND;
  const sources = await Promise.all(incidents.map((incident) => openIncident(incident, start)));
  const source = await joinRecordings(sources, { cluster: DEMO_CLUSTER, now: start + PLAYS_FOR });
  const replay = await startReplay({ source, clock, speed: 1, from: start });
  const alerts = new Map<DemoIncident, readonly Alert[]>();
  for (const [index, incident] of incidents.entries()) alerts.set(incident, await alertsOf(sources[index]));
  return { url: replay.url, kubeconfig: replay.kubeconfig, alerts, stop: () => replay.stop() };
}

async function openIncident(
  { recording, namespace, repairedAt }: DemoIncident,
  start: Millis,
): Promise<RecordingSource> {
  const faulty = endingAt(await openRecording(shipped(recording)), start);
  if (repairedAt === undefined) return faulty;
  const at = start + repairedAt;
  const repaired = endingAt(await openRecording(shipped(`${recording}-repaired`)), at);
  return withRepair(faulty, repaired, { namespace, at });
}

function shipped(name: string): string {
  return join(resolve(import.meta.dirname, '../../../..'), 'recordings', name);
}

async function alertsOf(source: RecordingSource | undefined): Promise<Alert[]> {
  const alerts = new Map<string, Alert>();
  // A recording may hold the same alert as each webhook repeated it.
  for await (const item of source?.read(['alerts']) ?? [])
    if (item.type === 'alert' && item.alert.status === 'firing') alerts.set(item.alert.fingerprint, item.alert);
  return [...alerts.values()];
}

/** Where the demo's alerts go, and with which token. */
export interface DemoReceiver {
  readonly url: string;
  readonly bearerToken: string;
  readonly onDelivery: (delivery: Delivery) => void;
}

// Faster than Alertmanager's defaults of 30 s, 5 min and 4 h, so that one sees grouping and repeats while one watches.
const ROUTE = { groupWait: 500, groupInterval: 3 * SECOND, repeatInterval: 30 * SECOND };

/** A sender that groups, repeats and retries as Alertmanager does. */
export function startDemoSender(receiver: DemoReceiver, clock: Clock): AlertSender {
  return startAlertSender({ ...receiver, clock, groupBy: ['alertname', 'namespace'], ...ROUTE });
}
