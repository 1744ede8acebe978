import type { SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { complaining, failedCall } from '@headwater/testkit/world/caller-logs.ts';
import { worldToInput } from '@headwater/testkit/world/to-input.ts';
import { render } from '@headwater/testkit/world/world.ts';
import { addAlerts } from './alerts.ts';
import type { Component } from './applications/application.ts';
import { type Cast, castOf } from './cast.ts';
import type { GroundTruth } from './ground-truth.ts';
import { breakStage } from './mechanisms/all.ts';
import { setStage, type Stage } from './stage.ts';
import { symptomsOf, type Symptoms } from './symptoms.ts';
import { addTelemetry, calleesOf, onsetOf } from './telemetry.ts';

export interface Synthesis {
  readonly input: SnapshotInput;
  readonly cast: Cast;
  /** What was done to the application, for the report. */
  readonly mechanisms: readonly string[];
}

/**
 * A cluster that shows a ground truth: its application as documented in public, the fault by its mechanism, and metrics,
 * logs, states and alerts that agree. Reads alerts, groups and faults; never `propagations`, which are what is asked.
 */
export function synthesise(given: GroundTruth): Synthesis {
  const truth: GroundTruth = { ...given, propagations: [] };
  const cast = castOf(truth);
  const stage = setStage(truth, cast);
  const mechanisms = breakStage(stage);
  const symptoms = symptomsOf(stage);
  for (const component of cast.application.components) addLogs(stage, symptoms, component);
  addTelemetry(stage, symptoms);
  addAlerts(stage, symptoms);
  for (const finish of stage.late) finish();
  return { input: worldToInput(render(stage.plan)), cast, mechanisms };
}

function addLogs(stage: Stage, symptoms: Symptoms, component: Component): void {
  const workload = stage.workload(component);
  const own = stage.complaints.get(component.name) ?? [];
  const since = onsetOf(stage, symptoms, component);
  const failing = symptoms.has(component, 'errors') ? calleesOf(stage, component) : [];
  const calls = failing.flatMap(([callee, kind]) => {
    const error = errorOf(stage, symptoms, { component, callee });
    if (error === null || kind === 'messaging_system') return [];
    const port = callee.port ?? 80;
    return [failedCall({ to: callee.name, url: `http://${callee.name}:${port}/`, error })];
  });
  const complaints = [...own.map((message) => () => ({ level: 'error' as const, message })), ...calls].map((say) => ({
    since,
    every: 20,
    say,
  }));
  // Pods that a mechanism has put in another state say what that state says.
  const alone = workload.pods === null || (workload.pods.length > 0 && !stage.unreachable.has(component.name));
  if (complaints.length === 0 || !alone) return;
  const [first] = workload.pods ?? [];
  complaining(stage.plan, workload, {
    complaints,
    ...(first ? { state: first.state, pod: { node: first.node, created: first.created } } : {}),
  });
}

function errorOf(
  stage: Stage,
  symptoms: Symptoms,
  { component, callee }: { component: Component; callee: Component },
): string | null {
  const slow = symptoms.has(component, 'latency');
  if (stage.cut.has(`${component.name}>${callee.name}`)) return 'context deadline exceeded';
  if (stage.unreachable.has(callee.name))
    return slow ? 'dial tcp: i/o timeout' : 'dial tcp: connect: connection refused';
  if (symptoms.has(callee, 'errors')) return '500 Internal Server Error';
  return null;
}
