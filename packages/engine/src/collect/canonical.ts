import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { canonicalJson } from '@headwater/core/ids.ts';
import { resourceOfKind, splitApiVersion } from '@headwater/core/kube/resources.ts';
import { compareText, subjectKey } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Alert, JournalEntry, ReportedChange, Series, Span } from '@headwater/diagnosis/snapshot/input.ts';

// Collected things arrive in the order of files and lists; a diagnosis must not depend on it. Everything here is sorted by content.

/** Objects in one order whatever order they came in; of one object read twice the later version stays. */
export function canonicalObjects(objects: readonly KubeObject[]): KubeObject[] {
  const byIdentity = new Map<string, KubeObject>();
  for (const object of objects) {
    const identity = `${objectKey(object)} ${splitApiVersion(object.apiVersion).group}`;
    const known = byIdentity.get(identity);
    if (!known || isLaterVersion(object, known)) byIdentity.set(identity, object);
  }
  // Two API groups may share a kind name; the built-in one comes first, because readers by kind take the first.
  const keyed = [...byIdentity.values()].map((object) => {
    const builtIn = resourceOfKind(object.apiVersion, object.kind) !== undefined;
    return { key: `${objectKey(object)} ${builtIn ? 0 : 1} ${object.apiVersion}`, object };
  });
  return keyed.sort((left, right) => compareText(left.key, right.key)).map(({ object }) => object);
}

function objectKey({ kind, metadata }: KubeObject): string {
  return subjectKey({ kind, namespace: metadata.namespace ?? '', name: metadata.name });
}

function isLaterVersion(object: KubeObject, known: KubeObject): boolean {
  const difference = versionOf(object) - versionOf(known);
  return difference === 0 ? canonicalJson(object) > canonicalJson(known) : difference > 0;
}

function versionOf(object: KubeObject): number {
  const version = Number(object.metadata.resourceVersion ?? 0);
  return Number.isFinite(version) ? version : 0;
}

/** Journal entries, oldest first. */
export function canonicalJournal(entries: readonly JournalEntry[]): JournalEntry[] {
  return entries.toSorted(
    (left, right) =>
      left.observedAt - right.observedAt ||
      compareText(objectKey(left.object), objectKey(right.object)) ||
      versionOf(left.object) - versionOf(right.object) ||
      compareText(left.type, right.type) ||
      compareText(canonicalJson(left.object), canonicalJson(right.object)),
  );
}

/**
 * One alert for each fingerprint: its latest episode, resolved when any delivery said so, because an episode never turns back from
 * resolved to firing. An end after `now` has not happened yet; an alert that starts after `now` neither.
 */
export function canonicalAlerts(alerts: readonly Alert[], now: Millis): Alert[] {
  const latest = new Map<string, Alert>();
  for (const alert of alerts) {
    if (alert.startsAt !== null && alert.startsAt > now) continue;
    const seen =
      alert.endsAt !== null && alert.endsAt > now ? { ...alert, status: 'firing' as const, endsAt: null } : alert;
    const known = latest.get(seen.fingerprint);
    if (!known || episodeKey(seen) > episodeKey(known)) latest.set(seen.fingerprint, seen);
  }
  return sortByKey([...latest.values()], (alert) => `${timeKey(alert.startsAt ?? 0)} ${alert.fingerprint}`);
}

function episodeKey(alert: Alert): string {
  return `${timeKey(alert.startsAt ?? 0)} ${alert.status === 'resolved' ? 1 : 0} ${timeKey(alert.endsAt ?? 0)} ${canonicalJson(alert)}`;
}

/** One series for each set of labels, its samples joined, in time order, none after `now`. */
export function canonicalSeries(series: readonly Series[], now: Millis): Series[] {
  const groups = Map.groupBy(series, ({ labels }) => canonicalJson(labels));
  const keys = [...groups.keys()].sort(compareText);
  return keys.flatMap((key) => {
    const parts = groups.get(key) ?? [];
    const samples = joinSamples(parts, now);
    // The key is the labels in sorted order, so that their order in a file means nothing either.
    return samples.length > 0 ? [{ labels: JSON.parse(key) as Record<string, string>, samples }] : [];
  });
}

function joinSamples(parts: readonly Series[], now: Millis): (readonly [Millis, number])[] {
  const samples = parts.flatMap((part) => part.samples).filter(([time]) => time <= now);
  samples.sort((left, right) => left[0] - right[0] || left[1] - right[1]);
  return samples.filter((sample, index) => index === 0 || samples[index - 1]?.[0] !== sample[0]);
}

/** Spans that had ended by `now`, each once, by start. */
export function canonicalSpans(spans: readonly Span[], now: Millis): Span[] {
  const byId = new Map<string, Span>();
  for (const span of spans) {
    if (span.start + span.durationMs > now) continue;
    const id = `${span.traceId}/${span.spanId}`;
    const known = byId.get(id);
    if (!known || canonicalJson(span) > canonicalJson(known)) byId.set(id, span);
  }
  return sortByKey([...byId.values()], (span) => `${timeKey(span.start)} ${span.traceId}/${span.spanId}`);
}

/** Reported changes up to `now`, each once, oldest first. */
export function canonicalChanges(changes: readonly ReportedChange[], now: Millis): ReportedChange[] {
  const byContent = new Map<string, ReportedChange>();
  for (const change of changes) {
    if (change.time <= now) byContent.set(`${timeKey(change.time)} ${change.title} ${canonicalJson(change)}`, change);
  }
  return [...byContent.keys()].sort(compareText).flatMap((key) => byContent.get(key) ?? []);
}

function sortByKey<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ key: keyOf(item), item }));
  return keyed.sort((left, right) => compareText(left.key, right.key)).map(({ item }) => item);
}

// Milliseconds since the epoch have thirteen digits until the year 2286; padding makes text order time order.
function timeKey(time: Millis): string {
  return time.toFixed(6).padStart(24, '0');
}
