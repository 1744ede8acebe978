import { SECOND, type Millis } from '@headwater/core/time.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import type { Json, KubeJson } from '@headwater/testkit/world/json.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import type { RealPod } from '@headwater/testkit/world/realise.ts';
import { daysBefore, type Scene, stamp } from '@headwater/testkit/world/scene.ts';

export interface Experiment {
  readonly kind: 'PodChaos' | 'StressChaos' | 'NetworkChaos';
  /** Of the Schedule; the experiment's own name follows from it. */
  readonly schedule: string;
  readonly cron: string;
  readonly at: Millis;
  readonly spec: Json;
  readonly victims: readonly RealPod[];
}

const GROUP = 'chaos-mesh.org/v1alpha1';

/** Where the Schedules of chaos experiments are kept. */
export function chaosNamespace(scene: Scene): string {
  return scene.random.pick('chaos-namespace', [scene.cast.namespace, scene.cast.namespace, 'chaos-mesh']);
}

/** A Chaos Mesh Schedule and the experiment it has started; paused and recovered in the twin. */
export function addExperiment(plan: Plan, experiment: Experiment): { name: string } {
  const { scene } = plan;
  const { kind, schedule, at, spec, victims } = experiment;
  const name = `${schedule}-${scene.random.suffix(`chaos/${schedule}`, 5)}`;
  const namespace = chaosNamespace(scene);
  const field = `${kind[0]?.toLowerCase()}${kind.slice(1)}`;
  const created = daysBefore(scene, 4);
  const owner = object(
    scene,
    { apiVersion: GROUP, kind: 'Schedule', namespace, name: schedule },
    {
      created,
      changed: at,
      generation: 3,
      annotations: scene.repaired ? { 'experiment.chaos-mesh.org/pause': 'true' } : undefined,
      writers: [{ manager: 'chaos-dashboard', at: created, wrote: { spec: { schedule: 1, type: 1 } } }],
    },
    {
      spec: { concurrencyPolicy: 'Forbid', historyLimit: 2, schedule: experiment.cron, type: kind, [field]: spec },
      status: {
        active: scene.repaired ? undefined : [{ apiVersion: GROUP, kind, name, namespace }],
        time: stamp(at),
      },
    },
  );
  const injected = !scene.repaired;
  const run = object(
    scene,
    { apiVersion: GROUP, kind, namespace, name },
    {
      created: at,
      changed: at + 2 * SECOND,
      generation: 2,
      owner,
      labels: { 'managed-by': schedule },
      finalizers: ['chaos-mesh/records'],
    },
    {
      spec,
      status: {
        conditions: [
          ['Selected', true],
          ['AllInjected', injected],
          ['AllRecovered', !injected],
          ['Paused', !injected],
        ].map(([type, is]) => ({ status: is ? 'True' : 'False', type })),
        experiment: {
          containerRecords: victims.map((pod) => ({
            id: `${pod.namespace}/${pod.name}${kind === 'StressChaos' ? `/${pod.frame.spec.containers[0]?.name}` : ''}`,
            injectedCount: 1,
            phase: injected ? 'Injected' : 'Not Injected',
            recoveredCount: injected ? 0 : 1,
            selectorKey: '.',
          })),
          desiredPhase: injected ? 'Run' : 'Stop',
        },
        ...(kind === 'StressChaos' ? { instances: {} } : {}),
      },
    },
  );
  plan.objects.push(owner, run);
  plan.events.push(spawned(owner, name, at), ...applied(run, victims, at));
  return { name };
}

function spawned(owner: KubeJson, name: string, at: Millis): Plan['events'][number] {
  return {
    about: about(owner),
    type: 'Normal',
    reason: 'Spawned',
    message: `Create new object: ${name}`,
    component: 'schedule-cron',
    count: 1,
    first: at,
    last: at,
  };
}

function applied(run: KubeJson, victims: readonly RealPod[], at: Millis): Plan['events'][number][] {
  return victims.map((pod) => ({
    about: about(run),
    type: 'Normal',
    reason: 'Applied',
    message: `Successfully apply chaos for ${pod.namespace}/${pod.name}`,
    component: 'records',
    count: 1,
    first: at + SECOND,
    last: at + SECOND,
  }));
}

/** The selector of an experiment on one workload's pods. */
export function selectorOf(workload: { readonly namespace: string; readonly selector: Record<string, string> }): Json {
  return { labelSelectors: workload.selector, namespaces: [workload.namespace] };
}
