import { addService } from '@headwater/testkit/world/application.ts';
import { addKubeSystem } from '@headwater/testkit/world/kube-system.ts';
import { planNodes } from '@headwater/testkit/world/node.ts';
import { addNamespace, configMap } from '@headwater/testkit/world/objects.ts';
import { emptyPlan, type Plan, type Workload } from '@headwater/testkit/world/plan.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { createScene, daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Component } from './applications/application.ts';
import type { Cast } from './cast.ts';
import type { GroundTruth } from './ground-truth.ts';

/** A healthy application and what a mechanism does to it. */
export interface Stage {
  readonly truth: GroundTruth;
  readonly cast: Cast;
  readonly plan: Plan;
  readonly scene: Scene;
  readonly namespace: string;
  /** When the fault began. */
  readonly at: Millis;
  workload(component: Component): Workload;
  /** Components whose fault it is. */
  readonly victims: Set<string>;
  /** Components that nobody can reach: no Pod serves, or nothing gets through. */
  readonly unreachable: Set<string>;
  /** Components whose proxy refuses what is sent to them. */
  readonly refusing: Set<string>;
  /** Components that get more than usual. */
  readonly surging: Set<string>;
  /** Calls that do not get through, `caller>callee`. */
  readonly cut: Set<string>;
  /** What a component runs out of. */
  readonly saturated: Map<string, 'cpu' | 'memory'>;
  /** What a component writes to its log because of the fault. */
  readonly complaints: Map<string, string[]>;
  /** What can only be made once every Pod is decided. */
  readonly late: (() => void)[];
}

const MINUTES_AGO = 28;

/** The application as it was before the fault, by public documentation, in the namespaces of the truth. */
export function setStage(truth: GroundTruth, cast: Cast): Stage {
  const scene = createScene(`itbench-${truth.id}`, 1, {
    cluster: {
      name: 'itbench',
      version: 'v1.33.4',
      nodeCount: 3,
      selfManaged: false,
      cni: 'calico',
      eventsApi: 'v1',
      labelStyle: 'recommended',
    },
  });
  const plan = emptyPlan(scene);
  plan.nodes.push(...planNodes(scene));
  const { namespace } = cast;
  const namespaces = new Set([
    namespace,
    ...truth.groups.map((group) => group.namespace).filter(Boolean),
    'kube-system',
  ]);
  const mesh: Record<string, string> =
    cast.application.telemetry === 'mesh' ? { 'istio.io/dataplane-mode': 'ambient' } : {};
  for (const name of namespaces) addNamespace(plan, name, { days: 40, labels: name === namespace ? mesh : {} });
  plan.namespaces
    .find(({ name }) => name === 'kube-system')
    ?.serviceAccounts.push({ name: 'coredns', created: daysBefore(scene, 38) });
  addKubeSystem(plan, { metricsServer: false });
  const workloads = new Map<Component, Workload>();
  for (const component of cast.application.components)
    workloads.set(component, addComponent(plan, { cast, component }));
  plan.sources.metrics = 'present';
  plan.sources.history = 'present';
  return {
    truth,
    cast,
    plan,
    scene,
    namespace,
    at: scene.before(MINUTES_AGO),
    workload: (component) => {
      const workload = workloads.get(component);
      if (!workload) throw new Error(`no workload for ${component.name}`);
      return workload;
    },
    victims: new Set(),
    unreachable: new Set(),
    surging: new Set(),
    refusing: new Set(),
    cut: new Set(),
    saturated: new Map(),
    complaints: new Map(),
    late: [],
  };
}

/** The name of a component's workload. */
export function workloadName({ name, workload }: Component): string {
  return workload ?? name;
}

function addComponent(plan: Plan, { cast, component }: { cast: Cast; component: Component }): Workload {
  const { application, namespace } = cast;
  const name = workloadName(component);
  const ports = new Map(application.components.map((other) => [other.name, other.port]));
  const env = Object.fromEntries(
    Object.entries(component.calls).map(([key, callee]) => [
      key,
      /HOST/.test(key) ? callee : `${callee}:${ports.get(callee) ?? 80}`,
    ]),
  );
  const labels: Record<string, string> =
    name === component.name
      ? { 'app.kubernetes.io/component': name, 'app.kubernetes.io/name': name }
      : { app: component.name, version: name.slice(component.name.length + 1) };
  const main = container(component.container ?? component.name, {
    image: component.image,
    ...(component.port ? { port: component.port, portName: 'service' } : {}),
    env,
    requests: { cpu: '100m', memory: '160Mi' },
    limits: { memory: '320Mi' },
    ...(component.port ? { readiness: { tcpSocket: { port: component.port } } } : {}),
    ...(component.settings ? { mounts: { settings: '/etc/settings' } } : {}),
  });
  const volumes = component.settings
    ? { volumes: [{ name: 'settings', configMap: { defaultMode: 420, name: component.settings } }] }
    : {};
  const workload = addWorkload(plan, namespace, name, {
    spec: podSpec([main], volumes),
    labels,
    days: 12,
    manager: 'helm',
    logs: 'json',
  });
  if (component.settings)
    plan.objects.push(
      configMap(plan.scene, { namespace, name: component.settings, data: {}, created: daysBefore(plan.scene, 30) }),
    );
  if (
    component.port &&
    !plan.services.some((other) => other.namespace === namespace && other.name === component.name)
  ) {
    const service = addService(plan, workload, { port: component.port, name: 'service', serviceName: component.name });
    if (name !== component.name) service.selector = { app: component.name };
  }
  return workload;
}
