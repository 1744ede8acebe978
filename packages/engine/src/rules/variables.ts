import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Change } from '@headwater/diagnosis/changes/timeline.ts';
import { shiftOf } from '@headwater/diagnosis/metrics/shifts.ts';
import { signalsOf } from '@headwater/diagnosis/metrics/signals.ts';
import type { SignalName } from '@headwater/diagnosis/metrics/vocabulary.ts';
import type { EventRecord } from '@headwater/diagnosis/snapshot/events.ts';
import type { LogStream, LogTemplate } from '@headwater/diagnosis/snapshot/input.ts';
import { subjectOf } from '@headwater/diagnosis/snapshot/objects.ts';
import { once } from '@headwater/diagnosis/snapshot/once.ts';
import type { Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { celTime, celValue } from './cel.ts';

/** What a rule can ask about one object; each list holds what was read together with what CEL sees of it. */
export interface Surroundings {
  readonly snapshot: Snapshot;
  readonly object: KubeObject;
  readonly subject: Subject;
  readonly events: readonly EventRecord[];
  readonly pods: readonly KubeObject[];
  readonly logs: readonly { readonly stream: LogStream; readonly template: LogTemplate }[];
  readonly changes: readonly Change[];
}

// What one expression walks over; more would make a rule's cost depend on somebody's noise.
const MOST = 50;

/** Looks around one object; what is never asked for is never made. */
export function surroundingsOf(snapshot: Snapshot, object: KubeObject): Surroundings {
  const subject = subjectOf(object);
  const podsOf = once(() => (object.kind === 'Pod' ? [object] : snapshot.owners.pods(subject)).slice(0, MOST));
  const logsOf = once(() =>
    podsOf()
      .flatMap(({ metadata }) => snapshot.logs.ofPod(metadata.namespace ?? '', metadata.name))
      .flatMap((stream) => stream.templates.map((template) => ({ stream, template })))
      .slice(0, MOST * 4),
  );
  const eventsOf = once(() =>
    snapshot.events
      .of(subject)
      .filter(({ stale }) => !stale)
      .slice(-MOST),
  );
  const changesOf = once(() => snapshot.changes.of(subject).slice(-MOST));
  return {
    snapshot,
    object,
    subject,
    get events() {
      return eventsOf();
    },
    get pods() {
      return podsOf();
    },
    get logs() {
      return logsOf();
    },
    get changes() {
      return changesOf();
    },
  };
}

/** The variables of an expression about one object. */
export function variablesOf(around: Surroundings, signals: readonly SignalName[]): object {
  const { snapshot, object, subject } = around;
  const lazy = {
    object: () => celObject(object),
    events: () => around.events.map((event) => celEvent(event, snapshot.now)),
    pods: () => around.pods.map(celObject),
    logs: () => around.logs.map((log) => celLog(log, snapshot.now)),
    metrics: () => celMetrics(snapshot, subject, signals),
    changes: () => around.changes.map((change) => celChange(change, snapshot.now)),
    owner: () => celObject(snapshot.objects.find(snapshot.owners.root(subject)) ?? object),
    needs: () =>
      related(
        snapshot,
        snapshot.topology.dependencies(subject).map(({ to, relation }) => ({ relation, subject: to })),
      ),
    neededBy: () =>
      related(
        snapshot,
        snapshot.topology.dependents(subject).map(({ from, relation }) => ({ relation, subject: from })),
      ),
    now: () => celTime(snapshot.now),
  };
  const variables = {};
  for (const [name, make] of Object.entries(lazy))
    Object.defineProperty(variables, name, { enumerable: true, get: once<unknown>(make) });
  return variables;
}

/** An object as a rule sees it: a Secret without its values. */
export function celObject(object: KubeObject): unknown {
  if (object.kind !== 'Secret') return celValue(object);
  const { data, stringData, ...rest } = object as KubeObject & { data?: object; stringData?: object };
  const keys = Object.keys({ ...data, ...stringData }).sort();
  return celValue({ ...rest, keys });
}

export function celEvent({ type, reason, message, count, component, last }: EventRecord, now: Millis): unknown {
  return celValue({ type, reason, message, count, component, age: ageOf(last, now) });
}

export function celLog({ stream, template }: Surroundings['logs'][number], now: Millis): unknown {
  const { pod, container, previous } = stream;
  const { pattern, level, count, sample, last } = template;
  return celValue({
    pod,
    container,
    previous,
    pattern,
    level,
    count,
    text: sample.text.slice(0, 2_000),
    age: ageOf(last.time, now),
  });
}

export function celChange({ title, time, diff, actor, source }: Change, now: Millis): unknown {
  return celValue({
    title,
    source,
    actor: actor ?? '',
    age: ageOf(time, now),
    fields: diff.map(({ path, before, after }) => ({ path, before: before ?? '', after: after ?? '' })),
  });
}

function celMetrics(snapshot: Snapshot, subject: Subject, signals: readonly SignalName[]): unknown {
  return Object.fromEntries(
    signals.flatMap((name) => {
      const signal = signalsOf(snapshot).of(name, subject);
      const current = signal?.samples.at(-1)?.[1];
      if (!signal || current === undefined) return [];
      const shift = shiftOf(signal);
      const before = shift?.before.median ?? current;
      return [
        [
          name,
          {
            current,
            before,
            ratio: before === 0 ? 0 : current / before,
            changed: shift?.persists ?? false,
            rose: shift?.persists === true && shift.direction === 'up',
          },
        ],
      ];
    }),
  );
}

function related(snapshot: Snapshot, edges: readonly { relation: string; subject: Subject }[]): unknown {
  return edges.slice(0, MOST).map(({ relation, subject }) => {
    const object = snapshot.objects.find(subject);
    return {
      relation,
      kind: subject.kind,
      namespace: subject.namespace ?? '',
      name: subject.name,
      exists: object !== undefined,
      object: object ? celObject(object) : {},
    };
  });
}

// Seconds since; a very long time when nobody says when.
function ageOf(time: Millis | null, now: Millis): number {
  return time === null ? Number.MAX_SAFE_INTEGER : Math.round((now - time) / 1000);
}
