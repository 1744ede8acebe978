import { HOUR, type Millis, MINUTE, parseTime } from '@headwater/core/time.ts';
import { readField } from '../../snapshot/field.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { ChaosExperiment } from '../../topology/chaos.ts';

/** That an experiment disturbs its victims now, and what shows it. */
export interface Activity {
  /** The field to cite. */
  readonly path: string;
  readonly says: string;
  readonly strength: number;
  readonly since: Millis | null;
}

// A kill or restart is over when it is done; its effect lasts about as long as a slow start.
const ONE_SHOT = /^(pod-kill|container-kill|pod-delete|node-restart)$/;
const EFFECT_LASTS = 10 * MINUTE;
// Without any status nothing says whether it runs; one made this recently probably does.
const YOUNG = 1 * HOUR;

/** Whether an experiment is active now; null for definitions that are paused, recovered, finished or never ran. */
export function activityOf(snapshot: Snapshot, { object, action, experiment }: ChaosExperiment): Activity | null {
  const created = parseTime(object.metadata.creationTimestamp);
  if (object.metadata.deletionTimestamp || isPaused(object)) return null;
  if (object.kind === 'ChaosEngine') return litmus(object, created);
  if (object.kind === 'Schedule') return scheduled(snapshot, object);
  const injected = condition(object, 'AllInjected');
  const recovered = condition(object, 'AllRecovered');
  if (injected === undefined && recovered === undefined) return withoutStatus(snapshot, object, created);
  if (recovered === 'True' && injected !== 'True') return null;
  if (ONE_SHOT.test(action)) {
    const recent = created !== null && snapshot.now - created <= EFFECT_LASTS;
    return recent
      ? { path: 'metadata.creationTimestamp', says: `was injected (\`${action}\`)`, strength: 0.85, since: created }
      : null;
  }
  if (injected === 'True' && recovered !== 'True') {
    return {
      path: 'status.conditions[type=AllInjected].status',
      says: `is injected${action ? ` (\`${action}\`)` : ''}`,
      strength: 0.95,
      since: injectedAt(object) ?? created,
    };
  }
  return partlyInjected(object, experiment, created);
}

function isPaused(object: ChaosExperiment['object']): boolean {
  return Object.entries(object.metadata.annotations ?? {}).some(
    ([key, value]) => key.endsWith('chaos-mesh.org/pause') && value === 'true',
  );
}

function condition(object: ChaosExperiment['object'], type: string): string | undefined {
  const status = readField(object, `status.conditions[type=${type}].status`);
  return typeof status === 'string' ? status : undefined;
}

/** Chaos Mesh keeps what it did to each victim; one still injected is enough. */
function partlyInjected(
  object: ChaosExperiment['object'],
  experiment: string,
  created: Millis | null,
): Activity | null {
  const records = readField(object, 'status.experiment.containerRecords');
  const injected = Array.isArray(records) && records.some((record) => readField(record, 'phase') === 'Injected');
  return injected
    ? {
        path: 'status.experiment.containerRecords',
        says: `is injected into some of its victims (${experiment})`,
        strength: 0.88,
        since: created,
      }
    : null;
}

function injectedAt(object: ChaosExperiment['object']): Millis | null {
  const records = readField(object, 'status.experiment.containerRecords');
  const events = Array.isArray(records) ? readField(records[0], 'events') : undefined;
  const times = Array.isArray(events)
    ? events.flatMap((event) =>
        readField(event, 'operation') === 'Apply' ? (parseTime(readField(event, 'timestamp')) ?? []) : [],
      )
    : [];
  return times.length > 0 ? Math.min(...times) : null;
}

/** A schedule is active while one of its runs is; its runs are objects of their own. */
function scheduled(snapshot: Snapshot, object: ChaosExperiment['object']): Activity | null {
  const active = readField(object, 'status.active');
  const last = parseTime(readField(object, 'status.time') ?? readField(object, 'status.lastScheduleTime'));
  if (Array.isArray(active) && active.length > 0)
    return { path: 'status.active', says: 'has an experiment running', strength: 0.9, since: last };
  // A run that was read answers for itself.
  if (
    snapshot.owners.children({
      kind: object.kind,
      name: object.metadata.name,
      ...(object.metadata.namespace ? { namespace: object.metadata.namespace } : {}),
    }).length > 0
  )
    return null;
  return last !== null && snapshot.now - last <= EFFECT_LASTS
    ? { path: 'status.lastScheduleTime', says: 'ran a moment ago', strength: 0.75, since: last }
    : null;
}

function litmus(object: ChaosExperiment['object'], created: Millis | null): Activity | null {
  const state = readField(object, 'spec.engineState');
  const experiments = readField(object, 'status.experiments');
  const running =
    Array.isArray(experiments) && experiments.some((experiment) => readField(experiment, 'status') === 'Running');
  if (state === 'stop' || !running) return null;
  return { path: 'status.experiments', says: 'is running', strength: 0.95, since: created };
}

function withoutStatus(snapshot: Snapshot, object: ChaosExperiment['object'], created: Millis | null): Activity | null {
  if (object.status !== undefined || created === null || snapshot.now - created > YOUNG) return null;
  return {
    path: 'metadata.creationTimestamp',
    says: 'was created a short while ago and has no status yet',
    strength: 0.6,
    since: created,
  };
}
