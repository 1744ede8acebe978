import { made } from '@headwater/testkit/world/metadata.ts';
import type { Json, KubeJson } from '@headwater/testkit/world/json.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { notReady } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import { SECOND } from '@headwater/core/time.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import type { Component } from '../applications/application.ts';
import type { Group } from '../ground-truth.ts';
import { type Case, type Mechanism, says } from './mechanism.ts';

const API = 'chaos-mesh.org/v1alpha1';
const CHAOS = /Chaos$|^Schedule$/;

/** What an experiment does, decided by its kind and what the truth says of it. */
interface Experiment {
  readonly kind: string;
  readonly spec: Json;
  /** Whether only calls between the named components suffer. */
  readonly between: boolean;
  readonly hits: 'network' | 'cpu' | 'memory' | 'process' | 'code';
}

/** A Chaos Mesh experiment, alone or made by a Schedule, that runs now. */
export const chaos: Mechanism = {
  name: 'chaos',
  fits: ({ roots, stage }) => [...roots, ...stage.truth.groups].some(({ kind }) => CHAOS.test(kind)),
  apply(input) {
    const { stage } = input;
    const groups = stage.truth.groups.filter(({ kind }) => CHAOS.test(kind));
    const schedule = groups.find(({ kind }) => kind === 'Schedule');
    const run = groups.find(({ kind }) => kind !== 'Schedule');
    const [source, target] = endsOf(input, groups);
    if (!source) return;
    const experiment = experimentOf(input, { kind: run?.kind, ends: [source, target] });
    const root = schedule && scheduleOf(input, { group: schedule, experiment });
    if (root) stage.plan.objects.push(root);
    stage.late.push(() => {
      stage.plan.objects.push(runOf(input, { group: run ?? schedule, experiment, source, owner: root }));
    });
    disturb(input, { experiment, source, target });
  },
};

function endsOf(input: Case, groups: readonly Group[]): readonly [Component | undefined, Component | undefined] {
  const { stage, fault, named } = input;
  const own = [fault.entity.name, fault.text].flatMap((text) => stage.cast.mentioned(text));
  const grouped = groups.flatMap(({ id, filters }) => [id, ...filters]).flatMap((text) => stage.cast.mentioned(text));
  const unique = [...new Set(own.length > 0 ? own : [...named, ...grouped])];
  if (unique.length > 0) return [unique[0], unique[1]];
  const [group] = stage.truth.groups.filter(({ kind }) => kind === 'Pod');
  return [group && stage.cast.componentOf(group), undefined];
}

function experimentOf(
  input: Case,
  { kind, ends }: { kind: string | undefined; ends: readonly [Component, Component | undefined] },
): Experiment {
  const [source, target] = ends;
  const text = `${input.fault.text} ${input.fault.entity.name} ${input.stage.truth.groups.map(({ id, filters }) => `${id} ${filters.join(' ')}`).join(' ')}`;
  const has = (words: RegExp): boolean => words.test(text);
  const selector = selectorOf(input, source);
  const wanted = kind ?? guessed(has);
  switch (wanted) {
    case 'StressChaos': {
      const memory = has(/memory|oom/);
      const stressors = memory ? { memory: { size: '512MB', workers: 2 } } : { cpu: { load: 100, workers: 30 } };
      return { kind: wanted, between: false, hits: memory ? 'memory' : 'cpu', spec: { ...selector, stressors } };
    }
    case 'PodChaos': {
      // A single kill is over at once; what goes on is repeated by a Schedule or keeps the Pod failing.
      const repeated = input.stage.truth.groups.some((group) => group.kind === 'Schedule');
      const action = has(/kill/) && repeated ? 'pod-kill' : 'pod-failure';
      return { kind: wanted, between: false, hits: 'process', spec: { ...selector, action } };
    }
    case 'HTTPChaos':
      return {
        kind: wanted,
        between: false,
        hits: 'code',
        spec: {
          ...selector,
          target: 'Request',
          port: source.port ?? 80,
          path: '*',
          ...(has(/delay|latency/) ? { delay: '5s' } : { abort: true }),
        },
      };
    case 'JVMChaos': {
      const action = has(/heap|stress|memory/)
        ? 'stress'
        : has(/gc/)
          ? 'gc'
          : has(/exception/)
            ? 'exception'
            : has(/latency|delay/)
              ? 'latency'
              : 'return';
      return {
        kind: wanted,
        between: false,
        hits: action === 'stress' ? 'memory' : 'code',
        spec: { ...selector, action },
      };
    }
    case 'NetworkChaos': {
      const action =
        ['partition', 'loss', 'corrupt', 'duplicate', 'bandwidth', 'delay'].find((word) => has(new RegExp(word))) ??
        'delay';
      const parameters: Json = { delay: { latency: '3000ms' }, loss: { loss: '60' } };
      const other = target ? { target: { ...selectorOf(input, target) } } : {};
      return {
        kind: wanted,
        between: target !== undefined,
        hits: 'network',
        spec: {
          ...selector,
          ...other,
          action,
          direction: 'both',
          ...(parameters[action] ? { [action]: parameters[action] } : {}),
        },
      };
    }
    default:
      return { kind: wanted, between: false, hits: 'code', spec: selector };
  }
}

function guessed(has: (words: RegExp) => boolean): string {
  if (has(/http/)) return 'HTTPChaos';
  if (has(/jvm|java/)) return 'JVMChaos';
  if (has(/stress|cpu|memory/)) return 'StressChaos';
  if (has(/network|partition|loss|delay|latency|bandwidth|corrupt/)) return 'NetworkChaos';
  if (has(/\bio\b|disk/)) return 'IOChaos';
  if (has(/dns/)) return 'DNSChaos';
  if (has(/time|clock/)) return 'TimeChaos';
  return 'PodChaos';
}

function selectorOf({ stage }: Case, component: Component): Json {
  return {
    mode: 'all',
    selector: { namespaces: [stage.namespace], labelSelectors: stage.workload(component).selector },
  };
}

function scheduleOf({ stage }: Case, { group, experiment }: { group: Group; experiment: Experiment }): KubeJson {
  const name = stage.cast.nameOf(group);
  const field = experiment.kind.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]/, (start) => start.toLowerCase());
  return object(
    stage.scene,
    { apiVersion: API, kind: 'Schedule', namespace: group.namespace, name },
    made(stage.at - 2 * SECOND, 'kubectl-create'),
    {
      spec: {
        type: experiment.kind,
        schedule: '@every 60s',
        concurrencyPolicy: 'Forbid',
        historyLimit: 1,
        [field]: { ...experiment.spec, duration: '58s' },
      },
      status: {
        active: [
          {
            apiVersion: API,
            kind: experiment.kind,
            namespace: group.namespace,
            name: `${name}-${suffix(stage.truth.id)}`,
          },
        ],
        time: stamp(stage.scene.now - 20 * SECOND),
      },
    },
  );
}

function suffix(id: string): string {
  return `x${id
    .split('')
    .reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 46_655, 7)
    .toString(36)
    .padStart(4, 'a')}`;
}

function runOf(
  { stage }: Case,
  input: { group: Group | undefined; experiment: Experiment; source: Component; owner: KubeJson | undefined },
): KubeJson {
  const { group, experiment, source, owner } = input;
  const base = group ? stage.cast.nameOf(group) : `disturb-${source.name}`;
  const name = owner ? `${base.replace(/-chaos$/, '')}-${suffix(stage.truth.id)}` : base;
  const namespace = group?.namespace || 'chaos-mesh';
  const since = owner ? stage.scene.now - 20 * SECOND : stage.at;
  const pods = realise(stage.plan, stage.workload(source)).pods.map((pod) => `${pod.namespace}/${pod.name}`);
  const condition = (type: string, status: 'True' | 'False'): Json => ({ type, status });
  return object(
    stage.scene,
    { apiVersion: API, kind: experiment.kind, namespace, name },
    {
      ...made(since, owner ? 'chaos-controller-manager' : 'kubectl-create'),
      finalizers: ['chaos-mesh/records'],
      ...(owner ? { owner } : {}),
    },
    {
      spec: { ...experiment.spec, ...(owner ? { duration: '58s' } : {}) },
      status: {
        conditions: [
          condition('Selected', 'True'),
          condition('AllInjected', 'True'),
          condition('AllRecovered', 'False'),
          condition('Paused', 'False'),
        ],
        experiment: {
          desiredPhase: 'Run',
          containerRecords: pods.map((id) => ({
            id,
            selectorKey: '.',
            phase: 'Injected',
            injectedCount: 1,
            recoveredCount: 0,
            events: [{ operation: 'Apply', timestamp: stamp(since + SECOND), type: 'Succeeded' }],
          })),
        },
      },
    },
  );
}

function disturb(
  input: Case,
  { experiment, source, target }: { experiment: Experiment; source: Component; target: Component | undefined },
): void {
  const { stage } = input;
  stage.victims.add(source.name);
  const partition = experiment.hits === 'network' && /partition/.test(String(experiment.spec['action']));
  if (experiment.between && target) {
    for (const [from, to] of [
      [source, target],
      [target, source],
    ] as const)
      if (Object.values(from.calls).includes(to.name)) stage.cut.add(`${from.name}>${to.name}`);
    stage.victims.add(target.name);
    if (stage.cut.size > 0) return;
  }
  if (partition) for (const callee of Object.values(source.calls)) stage.cut.add(`${source.name}>${callee}`);
  if (partition || experiment.hits === 'process') stage.unreachable.add(source.name);
  if (experiment.hits === 'process')
    allPods(
      stage.workload(source),
      notReady({ probe: `dial tcp {ip}:${source.port ?? 80}: connect: connection refused`, since: stage.at }),
    );
  if (experiment.hits === 'cpu' || experiment.hits === 'memory') stage.saturated.set(source.name, experiment.hits);
  if (says(input, /null|exception/))
    stage.complaints.set(source.name, ['java.lang.NullPointerException: the return value of the method is null']);
}
