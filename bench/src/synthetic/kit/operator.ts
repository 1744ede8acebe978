import type { Millis } from '@headwater/core/time.ts';
import type { Json, KubeJson } from '@headwater/testkit/world/json.ts';
import { edited, made } from '@headwater/testkit/world/metadata.ts';
import { addNamespace, addServiceAccount, object } from '@headwater/testkit/world/objects.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { daysBefore, type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';

/** A custom kind and the operator that serves it. */
export interface CustomKind {
  readonly kind: string;
  readonly plural: string;
  readonly group: string;
  readonly version: string;
  readonly operator: string;
  readonly namespace: string;
}

export function customKind(scene: Scene): CustomKind {
  const { domain } = scene.cast;
  const [kind, plural, area] = scene.random.pick('custom-kind', [
    ['Backup', 'backups', 'ops'],
    ['MessageTopic', 'messagetopics', 'streams'],
    ['FeatureGate', 'featuregates', 'release'],
    ['DatabaseUser', 'databaseusers', 'data'],
  ] as const);
  const operator = `${kind.toLowerCase()}-operator`;
  return {
    kind,
    plural,
    group: `${area}.${domain}`,
    version: scene.random.pick('custom-version', ['v1', 'v1beta1', 'v1alpha2']),
    operator,
    namespace: `${operator}-system`,
  };
}

export interface Operator {
  readonly workload: Workload;
  readonly user: string;
}

/** Adds the operator: Deployment, ServiceAccount, ClusterRole and binding; `rules` as they are now. */
export function addOperator(
  plan: Plan,
  custom: CustomKind,
  options: { readonly rules: readonly Json[]; readonly edit?: { at: Millis; manager: string } },
): Operator {
  const { scene } = plan;
  const { operator, namespace } = custom;
  const created = daysBefore(scene, 75);
  addNamespace(plan, namespace, { days: 76 });
  addServiceAccount(plan, namespace, operator, created);
  const main = container('manager', {
    image: `${scene.cast.registry}/${operator}:0.${scene.random.int('operator-minor', 4, 19)}.2`,
    port: 9443,
    portName: 'webhook-server',
    args: ['--leader-elect', '--health-probe-bind-address=:8081'],
    requests: { cpu: '10m', memory: '64Mi' },
    limits: { memory: '256Mi' },
    liveness: { httpGet: { path: '/healthz', port: 8081 }, initialDelaySeconds: 15 },
    readiness: { httpGet: { path: '/readyz', port: 8081 } },
  });
  const workload = addWorkload(plan, namespace, operator, {
    spec: podSpec([main], { serviceAccountName: operator }),
    logs: 'json',
  });
  const identity = (kind: string): { apiVersion: string; kind: string; name: string } => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    name: `${operator}-manager`,
  });
  const meta = options.edit ? edited(created, { ...options.edit, wrote: { rules: 1 } }) : made(created);
  plan.objects.push(
    object(scene, identity('ClusterRole'), meta, { rules: options.rules }),
    object(scene, identity('ClusterRoleBinding'), made(created), {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: `${operator}-manager` },
      subjects: [{ kind: 'ServiceAccount', name: operator, namespace }],
    }),
  );
  return { workload, user: `system:serviceaccount:${namespace}:${operator}` };
}

/** The CustomResourceDefinition of a kind. */
export function definition(
  scene: Scene,
  custom: CustomKind,
  more: { spec?: Json; versions?: readonly string[] } = {},
): KubeJson {
  const { kind, plural, group, version } = custom;
  const created = daysBefore(scene, 75);
  const since = { lastTransitionTime: stamp(created) };
  return object(
    scene,
    { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: `${plural}.${group}` },
    made(created),
    {
      spec: {
        group,
        names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
        scope: 'Namespaced',
        versions: (more.versions ?? [version]).map((name, index) => ({ name, served: true, storage: index === 0 })),
        ...more.spec,
      },
      status: {
        acceptedNames: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
        conditions: [
          { ...since, type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
          {
            ...since,
            type: 'Established',
            status: 'True',
            reason: 'InitialNamesAccepted',
            message: 'the initial names have been accepted',
          },
        ],
        storedVersions: [more.versions?.[0] ?? version],
      },
    },
  );
}
