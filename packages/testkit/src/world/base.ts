import { watchdog } from './alerts.ts';
import { type Application, addApplication, OPTIONAL_PARTS, type OptionalPart } from './application.ts';
import { addBystanders, type Bystanders, OPTIONAL_BYSTANDERS, type OptionalBystander } from './bystanders.ts';
import { addDecoy } from './decoys.ts';
import { addKubeSystem, type KubeSystem } from './kube-system.ts';
import { planNodes } from './node.ts';
import { addNamespace, object } from './objects.ts';
import { emptyPlan, type Plan } from './plan.ts';
import { daysBefore, type Scene } from './scene.ts';
import { storageClasses } from './storage.ts';

/** A healthy cluster, ready for a scenario to break. */
export interface Base {
  readonly plan: Plan;
  readonly scene: Scene;
  readonly app: Application;
  readonly system: KubeSystem;
  readonly bystanders: Bystanders;
}

export interface BaseOptions {
  readonly decoy?: boolean;
  /** What the scenario cannot do without. */
  readonly needs?: readonly (OptionalPart | OptionalBystander | 'metrics-server')[];
}

/** Nodes, namespaces, the application, kube-system, bystanders, and one decoy that has recovered. */
export function basePlan(scene: Scene, options: BaseOptions = {}): Base {
  const plan = emptyPlan(scene);
  plan.nodes.push(...planNodes(scene));
  const { cast } = scene;
  addNamespace(plan, cast.namespace, { days: 85 });
  addNamespace(plan, cast.otherNamespace, { days: 60 });
  addNamespace(plan, 'kube-system', { days: 270 });
  plan.namespaces
    .find(({ name }) => name === 'kube-system')
    ?.serviceAccounts.push({ name: 'coredns', created: daysBefore(scene, 260) });
  plan.objects.push(...storageClasses(scene), ...priorityClasses(scene));
  const needs = options.needs ?? [];
  const app = addApplication(
    plan,
    OPTIONAL_PARTS.filter((part) => needs.includes(part)),
  );
  const metricsServer = needs.includes('metrics-server') || scene.seed > 0;
  if (metricsServer) plan.objects.push(...apiServices(scene));
  const system = addKubeSystem(plan, { metricsServer });
  const bystanders = addBystanders(
    plan,
    app,
    OPTIONAL_BYSTANDERS.filter((part) => needs.includes(part)),
  );
  if (options.decoy ?? true) addDecoy(plan, app, bystanders);
  if (scene.seed > 0 && scene.random.chance('watchdog', 0.15)) watchdog(plan);
  return { plan, scene, app, system, bystanders };
}

function priorityClasses(scene: Scene): ReturnType<typeof object>[] {
  const created = daysBefore(scene, 270);
  return [
    { name: 'system-cluster-critical', value: 2_000_000_000 },
    { name: 'system-node-critical', value: 2_000_001_000 },
  ].map(({ name, value }) =>
    object(
      scene,
      { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', name },
      { created },
      { preemptionPolicy: 'PreemptLowerPriority', value },
    ),
  );
}

function apiServices(scene: Scene): ReturnType<typeof object>[] {
  const created = daysBefore(scene, 260);
  return [
    object(
      scene,
      { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', name: 'v1beta1.metrics.k8s.io' },
      { created },
      {
        spec: {
          group: 'metrics.k8s.io',
          groupPriorityMinimum: 100,
          insecureSkipTLSVerify: true,
          service: { name: 'metrics-server', namespace: 'kube-system', port: 443 },
          version: 'v1beta1',
          versionPriority: 100,
        },
        status: {
          conditions: [
            {
              lastTransitionTime: new Date(created).toISOString().replace('.000', ''),
              message: 'all checks passed',
              reason: 'Passed',
              status: 'True',
              type: 'Available',
            },
          ],
        },
      },
    ),
  ];
}
