import { HOUR, type Millis } from '@headwater/core/time.ts';
import type { Json, KubeJson } from './json.ts';
import type { Scene } from './scene.ts';
import { microStamp, stamp } from './scene.ts';

export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid?: string | undefined;
  readonly fieldPath?: string | undefined;
}

/** An Event before it takes one of its two wire shapes. */
export interface EventDraft {
  readonly about: EventSubject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly first: Millis;
  readonly last: Millis;
  readonly component: string;
  readonly host?: string | undefined;
  readonly action?: string | undefined;
}

// The API server's default --event-ttl.
const RETENTION = HOUR;

// These components use the events.k8s.io client: no count or timestamps, a series instead.
const SERIES_COMPONENTS: readonly string[] = ['default-scheduler'];

/** The Event objects still kept at the scene's clock. */
export function renderEvents(scene: Scene, drafts: readonly EventDraft[]): KubeJson[] {
  const kept = drafts.filter(({ last, first }) => last > scene.now - RETENTION && first <= scene.now);
  return kept.map((draft) => renderEvent(scene, { ...draft, last: Math.min(draft.last, scene.now) }));
}

function renderEvent(scene: Scene, draft: EventDraft): KubeJson {
  const { about } = draft;
  const key = `${about.kind}/${about.namespace ?? ''}/${about.name}/${draft.reason}/${draft.message}@${draft.first}`;
  // The real suffix is the creation time in nanoseconds, in hexadecimal.
  const name = `${about.name}.${Math.floor(draft.first / 1000).toString(16)}${scene.random.hex(`event/${key}`, 8)}`;
  const namespace = about.namespace ?? 'default';
  const meta = {
    creationTimestamp: stamp(draft.first),
    name,
    namespace,
    resourceVersion: String(scene.random.int(`event-revision/${key}`, 100_000, 999_999)),
    uid: scene.random.uuid(`event/${key}`),
  };
  const series = SERIES_COMPONENTS.includes(draft.component);
  const shape = series ? seriesTimes(scene, draft, key) : countTimes(draft);
  const reporter = { reportingComponent: draft.component, reportingInstance: reporterInstance(draft) };
  const core = { action: draft.action, message: draft.message, metadata: meta, reason: draft.reason, type: draft.type };
  if (scene.cluster.eventsApi === 'v1') {
    return { apiVersion: 'v1', kind: 'Event', involvedObject: { ...about }, ...core, ...shape, ...reporter };
  }
  return eventsV1(draft, { meta, shape, reporter });
}

function eventsV1(
  draft: EventDraft,
  parts: {
    meta: KubeJson['metadata'];
    shape: Json;
    reporter: { reportingComponent: string; reportingInstance: string };
  },
): KubeJson {
  const { shape, reporter } = parts;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: parts.meta,
    action: draft.action,
    deprecatedCount: shape['count'],
    deprecatedFirstTimestamp: shape['firstTimestamp'],
    deprecatedLastTimestamp: shape['lastTimestamp'],
    deprecatedSource: shape['source'],
    eventTime: shape['eventTime'],
    note: draft.message,
    reason: draft.reason,
    regarding: { ...draft.about },
    reportingController: reporter.reportingComponent,
    reportingInstance: reporter.reportingInstance,
    series: shape['series'],
    type: draft.type,
  };
}

function seriesTimes(scene: Scene, draft: EventDraft, key: string): Json {
  return {
    eventTime: microStamp(draft.first, scene.random, key),
    firstTimestamp: null,
    lastTimestamp: null,
    series:
      draft.count > 1
        ? { count: draft.count, lastObservedTime: microStamp(draft.last, scene.random, `last/${key}`) }
        : undefined,
    source: {},
  };
}

function countTimes(draft: EventDraft): Json {
  return {
    count: draft.count,
    eventTime: null,
    firstTimestamp: stamp(draft.first),
    lastTimestamp: stamp(draft.last),
    source: { component: draft.component, ...(draft.host ? { host: draft.host } : {}) },
  };
}

function reporterInstance({ component, host }: EventDraft): string {
  return component === 'default-scheduler' ? `default-scheduler-${host ?? 'control-plane'}` : (host ?? '');
}
