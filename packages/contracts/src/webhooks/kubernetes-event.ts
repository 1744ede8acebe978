import { labelFingerprint } from '@headwater/core/alert/fingerprint.ts';
import { MINUTE, type Millis, parseTime } from '@headwater/core/time.ts';
import { z } from 'zod';
import { faultsOf } from './read-webhook.ts';
import { faulty, type SignalAlert, type SignalReading } from './signal.ts';

const absent = <T extends z.ZodType>(schema: T) => schema.nullish();
const Name = z.string().min(1).max(253);

/** An Event of the core API or of events.k8s.io, as exporters post it. */
export const KubernetesEvent = z
  .looseObject({
    type: z.enum(['Warning', 'Error']),
    reason: z.string().min(1),
    message: absent(z.string()),
    note: absent(z.string()),
    involvedObject: z.looseObject({
      kind: Name,
      name: Name,
      namespace: absent(z.string().max(253)),
      apiVersion: absent(z.string()),
      uid: absent(z.string()),
      fieldPath: absent(z.string()),
    }),
    count: absent(z.number()),
    series: absent(z.looseObject({ count: absent(z.number()), lastObservedTime: absent(z.string()) })),
    eventTime: absent(z.string()),
    firstTimestamp: absent(z.string()),
    lastTimestamp: absent(z.string()),
    reportingComponent: absent(z.string()),
    source: absent(z.looseObject({ component: absent(z.string()), host: absent(z.string()) })),
    cluster: absent(Name),
  })
  .meta({ id: 'KubernetesEventSignal' });
export type KubernetesEvent = z.infer<typeof KubernetesEvent>;

// Back-off Events of the kubelet come every 5 minutes at most; three missed ones mean that it is over.
const FIRES_FOR = 15 * MINUTE;

/** Reads one Warning Event as a signal that fires until the Event has not been repeated for a quarter of an hour. */
export function readKubernetesEvent(body: unknown, now: Millis): SignalReading {
  const parsed = KubernetesEvent.safeParse(body);
  if (!parsed.success) return faulty(faultsOf(parsed.error, body));
  return {
    ok: true,
    body: {
      source: 'kubernetes-event',
      groupKey: null,
      receiver: null,
      truncatedAlerts: 0,
      alerts: [eventAlert(parsed.data, now)],
    },
  };
}

/** The alert that a Warning Event amounts to: one per object and reason. */
export function eventAlert(event: KubernetesEvent, now: Millis): SignalAlert {
  const { involvedObject: object, reason } = event;
  const first = parseTime(event.firstTimestamp) ?? parseTime(event.eventTime) ?? parseTime(event.lastTimestamp) ?? now;
  const last = parseTime(event.series?.lastObservedTime) ?? parseTime(event.lastTimestamp) ?? first;
  const component = event.source?.component || event.reportingComponent;
  const labels = {
    alertname: reason,
    severity: 'warning',
    kind: object.kind,
    name: object.name,
    ...(object.namespace && { namespace: object.namespace }),
    ...(event.cluster && { cluster: event.cluster }),
    ...(component && { source: component }),
  };
  const message = event.message || event.note;
  const endsAt = last + FIRES_FOR;
  return {
    fingerprint: labelFingerprint(labels),
    status: endsAt > now ? 'firing' : 'resolved',
    labels,
    annotations: message ? { summary: message } : {},
    startsAt: Math.min(first, now),
    endsAt,
    generatorUrl: null,
    extra: { count: event.series?.count ?? event.count ?? 1, ...(object.fieldPath && { fieldPath: object.fieldPath }) },
    subject: {
      kind: object.kind,
      name: object.name,
      ...(object.namespace && { namespace: object.namespace }),
      ...(object.apiVersion && { apiVersion: object.apiVersion }),
      ...(object.uid && { uid: object.uid }),
    },
  };
}
