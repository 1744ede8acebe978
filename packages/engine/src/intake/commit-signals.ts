import type { SignalReason } from '@headwater/core/alert/episode.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Repositories, Store } from '../ports/store.ts';
import { type AlertKey, EPISODES_LOADED, type NewAlert, type StoredAlert } from '../ports/store/alerts.ts';
import type { Delivery, DeliveryOutcome } from './delivery.ts';
import { noWrites, planAlert, type ReceivedSignal, type Writes } from './plan-writes.ts';

interface WantedAlert extends AlertKey {
  readonly signals: ReceivedSignal[];
}

/**
 * Stores deliveries in one transaction: what each signal means is decided with the alerts held, and a fixed number of
 * statements writes it, however many alerts there are. The outcomes are in the order of the deliveries.
 */
export async function commitSignals(
  store: Store,
  deliveries: readonly Delivery[],
  newId: (prefix: string) => string,
): Promise<readonly DeliveryOutcome[]> {
  const reasons = deliveries.map(({ alerts }) => alerts.map((): SignalReason => 'nothing-open'));
  const wanted = groupByAlert(deliveries, reasons);
  if (wanted.length > 0) {
    await store.transaction(async (tx) => {
      const stored = await holdAlerts(tx, wanted, newId);
      const writes = noWrites();
      for (const alert of wanted) {
        const held = stored.get(keyText(alert));
        if (held) planAlert({ stored: held, signals: alert.signals }, writes, newId);
      }
      await write(tx, writes);
    });
  }
  return reasons.map((list) => ({ reasons: list }));
}

function keyText({ cluster, fingerprint }: AlertKey): string {
  return `${cluster}\u0000${fingerprint}`;
}

function groupByAlert(deliveries: readonly Delivery[], reasons: readonly SignalReason[][]): WantedAlert[] {
  const wanted = new Map<string, WantedAlert>();
  for (const [index, { alerts, receivedAt }] of deliveries.entries()) {
    const told = reasons[index] ?? [];
    for (const [place, alert] of alerts.entries()) {
      const received: ReceivedSignal = { ...alert, receivedAt, tell: (reason) => (told[place] = reason) };
      const key = keyText(alert);
      const known = wanted.get(key);
      if (known) known.signals.push(received);
      else wanted.set(key, { cluster: alert.cluster, fingerprint: alert.fingerprint, signals: [received] });
    }
  }
  return [...wanted.values()];
}

async function holdAlerts(
  tx: Repositories,
  wanted: readonly WantedAlert[],
  newId: (prefix: string) => string,
): Promise<Map<string, StoredAlert>> {
  const held = new Map((await tx.alerts.lock(wanted)).map((alert) => [keyText(alert), alert]));
  await loadOlderEpisodes(tx, wanted, held);
  const missing = wanted.filter((alert) => !held.has(keyText(alert)));
  if (missing.length === 0) return held;
  const fresh = missing.flatMap((alert) => newAlert(alert, newId) ?? []);
  await tx.alerts.insert(fresh);
  for (const alert of fresh) held.set(keyText(alert), { ...alert, lastSeenAt: alert.firstSeenAt, episodes: [] });
  return held;
}

function newAlert({ signals }: WantedAlert, newId: (prefix: string) => string): NewAlert | undefined {
  const [first] = signals;
  const last = signals.at(-1);
  if (!first || !last) return undefined;
  return { ...last.facts(), id: newId('alr'), status: last.signal.status, firstSeenAt: first.receivedAt };
}

// Signals about spans older than the newest few are rare: replays, and senders that come back after long.
async function loadOlderEpisodes(
  tx: Repositories,
  wanted: readonly WantedAlert[],
  held: Map<string, StoredAlert>,
): Promise<void> {
  const ids: string[] = [];
  let since: Millis = Number.POSITIVE_INFINITY;
  for (const { signals, ...key } of wanted) {
    const alert = held.get(keyText(key));
    const oldest = alert?.episodes.at(-1);
    if (!alert || !oldest || alert.episodes.length < EPISODES_LOADED) continue;
    const earliest = Math.min(...signals.map(({ signal }) => signal.startsAt ?? Number.POSITIVE_INFINITY));
    if (earliest >= oldest.startsAt) continue;
    ids.push(alert.id);
    since = Math.min(since, earliest);
  }
  if (ids.length === 0) return;
  const found = await tx.alerts.episodesSince(ids, since);
  for (const [key, alert] of held) {
    const episodes = found.get(alert.id);
    if (episodes) held.set(key, { ...alert, episodes });
  }
}

async function write(tx: Repositories, writes: Writes): Promise<void> {
  const { refreshed, states, changed, inserted, repeated } = writes;
  if (changed.length > 0) await tx.alerts.changeEpisodes(changed);
  if (inserted.length > 0) await tx.alerts.insertEpisodes(inserted);
  if (repeated.length > 0) await tx.alerts.countRepeats(repeated);
  if (refreshed.length > 0) await tx.alerts.refresh(refreshed);
  if (states.length > 0) await tx.alerts.setStates(states);
  if ([...changed, ...inserted].some(({ correlate }) => correlate)) await tx.alerts.wakeCorrelator();
}
