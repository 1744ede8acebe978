import { MINUTE, type Millis, SECOND } from '@headwater/core/time.ts';
import { addService } from '@headwater/testkit/world/application.ts';
import { type Base, basePlan } from '@headwater/testkit/world/base.ts';
import type { Json } from '@headwater/testkit/world/json.ts';
import { logLine } from '@headwater/testkit/world/log-lines.ts';
import { addNamespace } from '@headwater/testkit/world/objects.ts';
import type { Plan, PodPlan, Workload } from '@headwater/testkit/world/plan.ts';
import {
  container,
  mainContainer,
  podSpec,
  type PodSpecJson,
  type ProbeJson,
} from '@headwater/testkit/world/pod-spec.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { type RealPod, realise } from '@headwater/testkit/world/realise.ts';
import { rollOut, stuckRollout, addWorkload } from '@headwater/testkit/world/workload.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';

/** A cluster of other teams with the namespaces of a demonstration in it. */
export function demo(scene: Scene, ...namespaces: readonly string[]): Base {
  const base = basePlan(scene);
  for (const name of namespaces) addNamespace(base.plan, name, { days: 2 });
  return base;
}

export interface Part {
  readonly image: string;
  readonly kind?: Workload['kind'];
  readonly container?: string;
  readonly port?: number;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | Json>>;
  readonly mounts?: Readonly<Record<string, string>>;
  readonly memory?: readonly [request: string, limit: string];
  readonly cpu?: readonly [request: string, limit: string];
  /** The path both probes ask for. */
  readonly probes?: string;
  readonly readiness?: ProbeJson;
  readonly liveness?: ProbeJson;
  readonly replicas?: number;
  readonly spec?: Partial<PodSpecJson>;
  readonly service?: boolean;
  readonly labels?: Record<string, string>;
  readonly manager?: string;
  readonly claims?: Json[];
}

/** A workload of a demonstration, with its Service when it listens. */
export function part(plan: Plan, namespace: string, name: string, options: Part): Workload {
  const { port, memory, cpu, probes } = options;
  const asked = probes === undefined || port === undefined ? undefined : { httpGet: { path: probes, port } };
  const requests = { ...(cpu ? { cpu: cpu[0] } : {}), ...(memory ? { memory: memory[0] } : {}) };
  const limits = { ...(cpu ? { cpu: cpu[1] } : {}), ...(memory ? { memory: memory[1] } : {}) };
  const main = container(options.container ?? name, {
    ...options,
    ...(memory || cpu ? { requests, limits } : {}),
    liveness: options.liveness ?? (asked ? { ...asked, initialDelaySeconds: 3, periodSeconds: 5 } : undefined),
    readiness: options.readiness ?? (asked ? { ...asked, initialDelaySeconds: 2, periodSeconds: 3 } : undefined),
  });
  const workload = addWorkload(plan, namespace, name, {
    kind: options.kind ?? 'Deployment',
    spec: podSpec([main], options.spec),
    replicas: options.replicas ?? 1,
    labels: options.labels ?? { app: name },
    days: plan.scene.random.number(`days/${name}`, 0.2, 1.5),
    manager: options.manager ?? 'kubectl-client-side-apply',
    ...(options.claims ? { claims: options.claims } : {}),
  });
  if (port !== undefined && options.service !== false)
    addService(plan, workload, { port, name: 'http', targetPort: port });
  return workload;
}

export interface Rule {
  readonly alertname: string;
  readonly severity: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
  readonly at: Millis;
}

/** A firing alert with the labels and the text of its rule. */
export function fire(plan: Plan, rule: Rule): void {
  plan.alerts.push({
    labels: {
      alertname: rule.alertname,
      prometheus: 'monitoring/kube-prometheus-stack-prometheus',
      severity: rule.severity,
      ...rule.labels,
    },
    annotations: { description: rule.description, summary: rule.summary },
    startsAt: Math.min(rule.at, plan.scene.zero - 20 * SECOND),
    endsAt: null,
  });
}

/** The labels kube-state-metrics gives a series of a container. */
export function podLabels(pod: RealPod, name = mainContainer(pod.frame.spec).name): Record<string, string> {
  return {
    container: name,
    endpoint: 'http',
    job: 'kube-state-metrics',
    namespace: pod.namespace,
    pod: pod.name,
    service: 'kube-prometheus-stack-kube-state-metrics',
    uid: pod.frame.uid,
  };
}

/** One alert for each Pod of a workload that is not ready. */
export function fireForPods(
  plan: Plan,
  workload: Workload,
  rule: Omit<Rule, 'labels' | 'summary' | 'description'> & {
    readonly extra?: Record<string, string>;
    readonly summary: (labels: Record<string, string>) => string;
    readonly description: (labels: Record<string, string>) => string;
  },
): void {
  for (const pod of realise(plan, workload).pods.filter(({ outcome }) => !outcome.ready)) {
    const labels = { ...podLabels(pod), ...rule.extra };
    fire(plan, { ...rule, labels, summary: rule.summary(labels), description: rule.description(labels) });
  }
}

/** The rule most demonstrations have for a crash loop, with its text. */
export function fireCrashLoop(plan: Plan, workload: Workload, at: Millis): void {
  fireForPods(plan, workload, {
    alertname: 'KubePodCrashLooping',
    severity: 'critical',
    at: at + 4 * MINUTE,
    extra: { reason: 'CrashLoopBackOff' },
    summary: ({ pod, namespace }) => `Pod ${pod} in namespace ${namespace} is in CrashLoopBackOff.`,
    description: ({ container: name, pod }) =>
      `Container ${name} in pod ${pod} is restarting repeatedly. The container is exiting with a non-zero exit code.`,
  });
}

export interface Patch {
  readonly at: Millis;
  readonly spec: (spec: PodSpecJson) => void;
  readonly state: PodState;
  readonly manager?: string;
  readonly annotations?: Record<string, string>;
  /** Whether every Pod is replaced; otherwise the rollout stops at its first. */
  readonly through?: boolean;
  readonly pod?: Partial<PodPlan>;
}

/** A patch of the template, and what becomes of the new Pods. */
export function patch(workload: Workload, change: Patch): void {
  const { at, spec, state, manager = 'kubectl-patch', annotations, pod = {} } = change;
  rollOut(workload, { at, spec, manager, ...(annotations ? { annotations } : {}) });
  if (change.through) {
    workload.progress = 'complete';
    everyPod(workload, state, pod);
  } else stuckRollout(workload, state, running(), pod);
}

/** Every replica in one state, each its own Pod. */
export function everyPod(workload: Workload, state: PodState, more: Partial<PodPlan> = {}): void {
  workload.pods = Array.from(
    { length: workload.replicas },
    (_, index): PodPlan => ({ revision: 'current', state, salt: `n${index}`, ...more }),
  );
}

/** Lets a workload's Pods print one line again and again from a time on. */
export function says(
  plan: Plan,
  workload: Workload,
  talk: {
    readonly since?: Millis;
    readonly every: number;
    readonly line: (time: Millis, index: number) => string;
    readonly state?: PodState;
    readonly pod?: Partial<PodPlan>;
  },
): void {
  const { scene } = plan;
  everyPod(workload, talk.state ?? running(), {
    logs: ({ name, from, to }) => {
      const lines: string[] = [];
      const first = Math.max(talk.since ?? from, from + SECOND, to - 25 * MINUTE);
      for (let time = first, index = 0; time < to; time += talk.every * SECOND, index++)
        lines.push(logLine(scene, `${name}/${index}`, { time }, talk.line(time, index)));
      return [{ container: mainContainer(workload.spec).name, lines: lines.slice(-40) }];
    },
    ...talk.pod,
  });
}

/** The text of a clock in a log line. */
export function clock(time: Millis): string {
  return new Date(time).toISOString().replace('T', ' ').slice(0, 19);
}
