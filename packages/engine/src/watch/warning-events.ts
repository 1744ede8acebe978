import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { eventAlert, KubernetesEvent } from '@headwater/contracts/webhooks/kubernetes-event.ts';
import type { SignalAlert } from '@headwater/contracts/webhooks/signal.ts';
import { type Millis, MINUTE, parseTime } from '@headwater/core/time.ts';

export interface WarningRules {
  readonly cluster: string;
  /** Reasons that count; `*` for all. */
  readonly reasons: readonly string[];
  /** An Event not repeated for this long is over. */
  readonly quiet: number;
  /** New alerts per minute. */
  readonly perMinute: number;
}

/** Turns the Warning Events of one cluster into signals: one alert per object and reason, told when new, kept alive, and ended. */
export interface WarningEvents {
  /** Takes any object; all but Warning Events of wanted reasons are passed over. */
  offer(object: KubeObject, now: Millis): void;
  /** The alerts that should be told now, at most as many new ones as the rate allows. */
  due(now: Millis): readonly SignalAlert[];
  /** They were stored; what is not settled is due again. */
  settle(alerts: readonly SignalAlert[], now: Millis): void;
  /** Alerts that wait because of the rate, or of a store that is away. */
  waiting(): number;
}

interface Watched {
  alert: SignalAlert;
  last: Millis;
  /** When and how far it was told; null for what is new. */
  told: { readonly at: Millis; readonly last: Millis } | null;
}

/** A cluster with more different failures than this has one cause, and the first thousands show it. */
const MAX_WATCHED = 5_000;

/** Watches nothing yet. */
export function watchWarnings(rules: WarningRules): WarningEvents {
  const watched = new Map<string, Watched>();
  const newlyTold: Millis[] = [];
  const wanted = new Set(rules.reasons);
  const isOver = (entry: Watched, now: Millis): boolean => entry.last + rules.quiet <= now;

  function offer(object: KubeObject, now: Millis): void {
    if (object.kind !== 'Event') return;
    const event = object as ObjectOf<'Event'>;
    if (!wanted.has('*') && !wanted.has(event.reason ?? '')) return;
    const parsed = KubernetesEvent.safeParse({ ...inOneShape(event), cluster: rules.cluster });
    if (!parsed.success) return;
    const last = Math.max(lastSeen(event) ?? now, 0);
    const alert = eventAlert(parsed.data, now);
    const known = watched.get(alert.fingerprint);
    if (known) {
      if (last < known.last) return;
      // The start stays: a new one would be a new episode.
      watched.set(alert.fingerprint, { ...known, alert: { ...alert, startsAt: known.alert.startsAt }, last });
    } else if (last + rules.quiet > now && watched.size < MAX_WATCHED) {
      watched.set(alert.fingerprint, { alert, last, told: null });
    }
  }

  function due(now: Millis): SignalAlert[] {
    while (newlyTold[0] !== undefined && newlyTold[0] <= now - MINUTE) newlyTold.shift();
    let room = rules.perMinute - newlyTold.length;
    const alerts: SignalAlert[] = [];
    for (const [key, entry] of watched) {
      if (isOver(entry, now)) {
        if (entry.told) alerts.push({ ...entry.alert, status: 'resolved', endsAt: entry.last + rules.quiet });
        else watched.delete(key);
      } else if (entry.told ? isStale(entry, now, rules.quiet) : room-- > 0) alerts.push(firing(entry, rules.quiet));
    }
    return alerts;
  }

  function settle(alerts: readonly SignalAlert[], now: Millis): void {
    for (const { fingerprint, status } of alerts) {
      const entry = watched.get(fingerprint);
      if (!entry) continue;
      if (status === 'resolved') watched.delete(fingerprint);
      else {
        if (!entry.told) newlyTold.push(now);
        entry.told = { at: now, last: entry.last };
      }
    }
  }

  return {
    offer,
    due,
    settle,
    waiting: () => [...watched.values()].filter(({ told }) => told === null).length,
  };
}

// The end is told ahead, so that the alert ends by itself when this process is gone; repeats move it on.
function firing({ alert, last }: Watched, quiet: number): SignalAlert {
  return { ...alert, status: 'firing', endsAt: last + quiet };
}

function isStale({ told, last }: Watched, now: Millis, quiet: number): boolean {
  return told !== null && last > told.last && now - told.at >= quiet / 3;
}

// events.k8s.io names things differently; one shape goes on.
function inOneShape(event: ObjectOf<'Event'>): object {
  return {
    ...event,
    message: event.message ?? event.note,
    involvedObject: event.involvedObject?.kind ? event.involvedObject : event.regarding,
    count: event.count ?? event.deprecatedCount,
    firstTimestamp: event.firstTimestamp ?? event.deprecatedFirstTimestamp ?? event.metadata.creationTimestamp,
    lastTimestamp: event.lastTimestamp ?? event.deprecatedLastTimestamp,
    reportingComponent: event.reportingComponent ?? event.reportingController,
  };
}

function lastSeen(event: ObjectOf<'Event'>): Millis | null {
  const times = [
    event.series?.lastObservedTime,
    event.lastTimestamp,
    event.deprecatedLastTimestamp,
    event.eventTime,
    event.firstTimestamp,
    event.metadata.creationTimestamp,
  ];
  return times.map(parseTime).find((time) => time !== null) ?? null;
}
