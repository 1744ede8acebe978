import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { KubeJson } from '@headwater/testkit/world/json.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import type { World } from '@headwater/testkit/world/world.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { replaceStaticPod, stopLeading } from '../../kit/control-plane.ts';

const DEATHS = [
  ['Error: unknown flag: --pod-eviction-timeout', 'Usage:', '  kube-controller-manager [flags]'],
  [
    'E{time} 1 run.go:72] "command failed" err="stat /etc/kubernetes/controller-manager.conf: no such file or directory"',
  ],
  [
    'I{time} 1 serving.go:386] Generated self-signed cert in-memory',
    'E{time} 1 run.go:72] "command failed" err="failed to create listener: failed to listen on 0.0.0.0:10257: listen tcp 0.0.0.0:10257: bind: address already in use"',
  ],
] as const;

/** Z04: the controller manager does not start; what people ask for is stored and nothing comes of it. */
export const fault: Fault = {
  code: 'Z04',
  name: 'controller-manager down',
  lookAlikes: ['Z03', 'D03', 'Q01'],
  scenario: {
    slug: 'z04-controller-manager-down',
    title: 'A new image was set and nothing happens, no pod, no event',
    families: ['control-plane'],
    cluster: { selfManaged: true },
    build(scene) {
      const { plan, app } = basePlan(scene);
      const at = scene.around('died', 34);
      if (scene.repaired) return plan;
      stopLeading(plan, 'kube-controller-manager', at - 2 * SECOND);
      replaceStaticPod(
        plan,
        'kube-controller-manager',
        crashLooping({ exitCode: 1, ran: 1, since: at, says: scene.random.pick('death', DEATHS) }),
      );
      alert(plan, {
        alertname: 'KubeDeploymentGenerationMismatch',
        severity: 'warning',
        labels: { deployment: app.orders.name, job: 'kube-state-metrics', namespace: app.namespace },
        summary: 'Deployment generation mismatch due to possible roll-back',
        description: `Deployment generation for ${app.namespace}/${app.orders.name} does not match, this indicates that the Deployment has failed but has not been rolled back on cluster .`,
        at: at + 24 * MINUTE,
      });
      if (scene.random.chance('component-alert', 0.6))
        alert(plan, {
          alertname: 'KubeControllerManagerDown',
          severity: 'critical',
          labels: { job: 'kube-controller-manager' },
          summary: 'Target disappeared from Prometheus target discovery.',
          description: 'KubeControllerManager has disappeared from Prometheus target discovery.',
          at: at + 15 * MINUTE,
        });
      return plan;
    },
    // Nobody observes the new generation: no ReplicaSet, no pod, no event.
    finish: (world) => ({
      ...world,
      objects: world.objects.map((object) => (isOrders(world, object) ? asked(world, object) : object)),
    }),
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Pod', namespace: 'kube-system', name: 'kube-controller-manager*' },
          { kind: 'Lease', namespace: 'kube-system', name: 'kube-controller-manager' },
          { kind: 'Node' },
        ],
        category: ['controller-manager-down'],
        keywords: [['controller-manager']],
        not: [
          { kind: 'Deployment' },
          { category: 'rollout-stuck' },
          { category: 'app-crash' },
          { category: 'scheduler-down' },
        ],
      }),
  },
};

function isOrders(world: World, { kind, metadata }: KubeJson): boolean {
  return (
    kind === 'Deployment' &&
    metadata.name === world.scene.cast.orders &&
    metadata.namespace === world.scene.cast.namespace
  );
}

function asked(world: World, deployment: KubeJson): KubeJson {
  const copy = structuredClone(deployment);
  const at = stamp(world.scene.around('asked', 27));
  const spec = copy['spec'] as { template: { spec: { containers: { image: string }[] } } };
  const main = spec.template.spec.containers[0];
  if (main) main.image = main.image.replace(/[^:]*$/, (tag) => `${tag}-hotfix`);
  copy.metadata['generation'] = Number(copy.metadata['generation'] ?? 1) + 1;
  copy.metadata['managedFields'] = [
    ...((copy.metadata['managedFields'] ?? []) as unknown[]),
    {
      apiVersion: 'apps/v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:template': {} } },
      manager: 'kubectl-set',
      operation: 'Update',
      time: at,
    },
  ];
  return copy;
}
