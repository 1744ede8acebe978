import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSelector, type LabelSelector } from '@headwater/core/kube/selector.ts';
import { compareText, formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { formatTime } from '@headwater/core/time.ts';
import type { Change } from '../changes/timeline.ts';
import { streamKey } from '../logs/index-logs.ts';
import type { EventRecord } from '../snapshot/events.ts';
import { readField } from '../snapshot/field.ts';
import type { Alert, LogLine, LogStream, LogTemplate } from '../snapshot/input.ts';
import { subjectOf } from '../snapshot/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { formatValue, oneLine } from './evidence.ts';

// Every citation carries the locator (`query`) by which the claim checker reads the same thing again from the snapshot;
// `reread.ts` must know each prefix used here.

/** Cites a field of an object, its absence included: `spec.replicas = 0`, `spec.nodeName = (not set)`. */
export function citeField(object: KubeObject, path: string): Evidence {
  const secret = object.kind === 'Secret' && /^(data|stringData)\b/.test(path);
  const raw = readField(object, path);
  // That a key is absent is no secret, and the only proof that a reference to it dangles.
  const value = secret && raw !== undefined ? 'redacted' : formatValue(raw);
  const subject = subjectOf(object);
  return {
    kind: 'field',
    source: 'kubernetes',
    subject,
    text: `${formatSubject(subject)}: ${path} = ${value}`,
    query: `field:${path}`,
    redacted: secret,
  };
}

/** Cites an Event with its count and last time. */
export function citeEvent(event: EventRecord): Evidence {
  const times = event.count > 1 ? ` (x${event.count})` : '';
  return {
    kind: 'event',
    source: 'kubernetes',
    subject: event.subject,
    ...(event.last === null ? {} : { time: formatTime(event.last) }),
    text: `${event.type} ${event.reason}${times} on ${formatSubject(event.subject)}: ${oneLine(event.message)}`,
    query: `event:${event.namespace}/${event.name}`,
    redacted: false,
  };
}

/** Cites one line of a container's log. */
export function citeLog(stream: LogStream, line: LogLine): Evidence {
  return {
    kind: 'log',
    source: 'logs',
    subject: { kind: 'Pod', namespace: stream.namespace, name: stream.pod },
    ...(line.time === null ? {} : { time: formatTime(line.time) }),
    text: oneLine(line.text),
    query: `log:${streamKey(stream)}#${line.n}`,
    redacted: false,
  };
}

/** Cites how often lines of one shape occur in a container's log, with the first of them. */
export function citeTemplate(stream: LogStream, template: LogTemplate): Evidence {
  return {
    kind: 'log',
    source: 'logs',
    subject: { kind: 'Pod', namespace: stream.namespace, name: stream.pod },
    ...(template.last.time === null ? {} : { time: formatTime(template.last.time) }),
    text: `${template.count} lines like: ${oneLine(template.sample.text)}`,
    query: `template:${streamKey(stream)}#${template.id}`,
    redacted: false,
  };
}

/** Cites that an object does not exist, with what of its kind does; only true when the kind was listed there. */
export function citeAbsent(
  snapshot: Snapshot,
  wanted: { kind: string; namespace?: string | null | undefined; name: string },
): Evidence {
  const subject: Subject = {
    kind: wanted.kind,
    name: wanted.name,
    ...(wanted.namespace ? { namespace: wanted.namespace } : {}),
  };
  const names = snapshot.objects.names(wanted.kind, wanted.namespace);
  const shown = names.slice(0, 8).join(', ');
  const rest = names.length > 8 ? `, and ${names.length - 8} more` : '';
  return {
    kind: 'absence',
    source: 'kubernetes',
    subject,
    text: `no ${formatSubject(subject)} exists; existing: ${names.length === 0 ? 'none' : shown + rest}`,
    query: `absent:${subjectKey(subject)}`,
    redacted: false,
  };
}

/** Cites how many objects of a kind a selector matches in a namespace. */
export function citeSelection(snapshot: Snapshot, kind: string, namespace: string, selector: LabelSelector): Evidence {
  const matched = snapshot.objects.select(kind, namespace, selector).length;
  const total = snapshot.objects.list(kind, namespace).length;
  return {
    kind: 'selection',
    source: 'kubernetes',
    subject: { kind: 'Namespace', name: namespace },
    text: `${matched} of ${total} ${kind} objects in ${namespace} match ${formatSelector(selector)}`,
    query: `select:${kind}/${namespace}:${JSON.stringify(selector)}`,
    redacted: false,
  };
}

/** Cites a change of the timeline with its field differences. */
export function citeChange(change: Change): Evidence {
  const diff = [...change.diff]
    .sort((left, right) => compareText(left.path, right.path))
    .slice(0, 6)
    .map(({ path, before, after }) => `${path}: ${before ?? '(not set)'} -> ${after ?? '(not set)'}`);
  return {
    kind: 'change',
    source: change.source,
    ...(change.subject ? { subject: change.subject } : {}),
    time: formatTime(change.time),
    text: oneLine([change.title, ...diff].join('; ')),
    query: `change:${change.id}`,
    redacted: false,
  };
}

/** Cites an alert with its labels. */
export function citeAlert(alert: Alert): Evidence {
  const labels = Object.entries(alert.labels)
    .sort(([left], [right]) => compareText(left, right))
    .map(([key, value]) => `${key}=${value}`);
  return {
    kind: 'alert',
    source: 'alertmanager',
    ...(alert.startsAt === null ? {} : { time: formatTime(alert.startsAt) }),
    text: oneLine(`${alert.status} ${labels.join(', ')}`),
    query: `alert:${alert.fingerprint}`,
    redacted: false,
  };
}
