import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { LabelSelector } from '@headwater/core/kube/selector.ts';
import type { LogStream } from '../snapshot/input.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import {
  citeAbsent,
  citeAlert,
  citeChange,
  citeEvent,
  citeField,
  citeLog,
  citeSelection,
  citeTemplate,
} from './cite.ts';
import { rereadSeries, rereadSignal } from './cite-metrics.ts';
import { rereadSpan, rereadSpanStats } from './cite-traces.ts';
import { rereadAccess } from './cite-access.ts';
import { rereadFit } from './cite-fit.ts';
import { rereadLines } from './cite-lines.ts';

type Reader = (snapshot: Snapshot, locator: string, evidence: Evidence) => Evidence | null;

const READERS: Readonly<Record<string, Reader>> = {
  field: (snapshot, path, { subject }) => {
    const object = subject ? snapshot.objects.find(subject) : undefined;
    return object ? citeField(object, path) : null;
  },
  event: (snapshot, locator) => {
    const slash = locator.indexOf('/');
    const event = snapshot.events.get(locator.slice(0, slash), locator.slice(slash + 1));
    return event ? citeEvent(event) : null;
  },
  log: (snapshot, locator) => {
    const { stream, rest } = streamAt(snapshot, locator);
    const line = stream?.lines.find(({ n }) => String(n) === rest);
    return stream && line ? citeLog(stream, line) : null;
  },
  template: (snapshot, locator) => {
    const { stream, rest } = streamAt(snapshot, locator);
    const template = stream?.templates.find(({ id }) => id === rest);
    return stream && template ? citeTemplate(stream, template) : null;
  },
  absent: (snapshot, locator) => {
    const [kind = '', namespace = '', ...name] = locator.split('/');
    if (snapshot.objects.existence(kind, namespace, name.join('/')) !== 'absent') return null;
    return citeAbsent(snapshot, { kind, namespace, name: name.join('/') });
  },
  select: (snapshot, locator) => {
    const match = /^([^/]+)\/([^:]+):(.*)$/.exec(locator);
    const selector = match?.[3] === undefined ? null : parseSelector(match[3]);
    if (!match?.[1] || !match[2] || !selector) return null;
    return citeSelection(snapshot, match[1], match[2], selector);
  },
  change: (snapshot, id) => {
    const change = snapshot.changes.get(id);
    return change ? citeChange(change) : null;
  },
  fit: rereadFit,
  lines: rereadLines,
  access: rereadAccess,
  alert: (snapshot, fingerprint) => {
    const alert = snapshot.alerts.find((candidate) => candidate.fingerprint === fingerprint);
    return alert ? citeAlert(alert) : null;
  },
  metric: rereadSeries,
  signal: rereadSignal,
  span: rereadSpan,
  spans: rereadSpanStats,
};

/** Reads cited evidence again from the snapshot by its locator; null when the thing is not there or the locator is unknown. */
export function rereadEvidence(snapshot: Snapshot, evidence: Evidence): Evidence | null {
  const colon = evidence.query.indexOf(':');
  const reader = READERS[evidence.query.slice(0, colon)];
  return reader ? reader(snapshot, evidence.query.slice(colon + 1), evidence) : null;
}

function streamAt(snapshot: Snapshot, locator: string): { stream: LogStream | undefined; rest: string } {
  const hash = locator.lastIndexOf('#');
  const [path = '', mark] = locator.slice(0, hash).split(':');
  const [namespace = '', pod = '', container = ''] = path.split('/');
  return { stream: snapshot.logs.get(namespace, pod, container, mark === 'previous'), rest: locator.slice(hash + 1) };
}

function parseSelector(text: string): LabelSelector | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
