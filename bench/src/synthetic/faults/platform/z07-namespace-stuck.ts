import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { daysBefore, stamp, type Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

const nameOf = (scene: Scene): string =>
  scene.random.pick('stuck-namespace', ['preview-1841', 'team-sandbox', 'load-test', 'old-staging']);

const OWNERS = [
  {
    group: 'databases.spotahome.com',
    version: 'v1',
    kind: 'RedisFailover',
    plural: 'redisfailovers',
    finalizer: 'databases.spotahome.com/finalizer',
  },
  {
    group: 'postgresql.cnpg.io',
    version: 'v1',
    kind: 'Database',
    plural: 'databases',
    finalizer: 'cnpg.io/deleteDatabase',
  },
  {
    group: 'kafka.strimzi.io',
    version: 'v1beta2',
    kind: 'KafkaTopic',
    plural: 'kafkatopics',
    finalizer: 'strimzi.io/topic-operator',
  },
] as const;

/** Z07: a namespace is deleted and stays: an object in it waits for an operator that is gone. */
export const fault: Fault = {
  code: 'Z07',
  name: 'namespace stuck terminating',
  lookAlikes: ['P19', 'Z05'],
  scenario: {
    slug: 'z07-namespace-stuck',
    title: 'A namespace was deleted and does not go away',
    families: ['control-plane'],
    build(scene) {
      const { plan } = basePlan(scene);
      if (scene.repaired) return plan;
      const name = nameOf(scene);
      const at = scene.around('deleted', 42);
      leftovers(plan, { name, at });
      alert(plan, {
        alertname: scene.random.pick('alert', ['NamespaceStuckTerminating', 'KubeNamespaceTerminating']),
        severity: 'warning',
        labels: { job: 'kube-state-metrics', namespace: name, phase: 'Terminating' },
        summary: 'Namespace has been terminating for more than 30 minutes.',
        description: `Namespace ${name} has been in phase Terminating for longer than 30 minutes.`,
        at: at + 30 * MINUTE,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'Namespace', name: nameOf(scene) },
          { kind: 'RedisFailover' },
          { kind: 'Database' },
          { kind: 'KafkaTopic' },
        ],
        category: ['stuck-terminating'],
        keywords: [['finalizer'], OWNERS.map(({ finalizer }) => finalizer)],
        not: [{ kind: 'Deployment' }, { category: 'aggregated-api-down' }],
      }),
  },
};

function leftovers(plan: Plan, { name, at }: { name: string; at: number }): void {
  const { scene } = plan;
  const owner = scene.random.pick('owner', OWNERS);
  const condition = (type: string, status: boolean, reason: string, message: string) => ({
    lastTransitionTime: stamp(at + 6 * SECOND),
    message,
    reason,
    status: status ? 'True' : 'False',
    type,
  });
  const resource = `${owner.plural}.${owner.group}`;
  plan.objects.push(
    object(
      scene,
      { apiVersion: 'v1', kind: 'Namespace', name },
      {
        created: daysBefore(scene, 12),
        changed: at + 6 * SECOND,
        labels: { 'kubernetes.io/metadata.name': name },
        deleted: { at, graceSeconds: 0 },
      },
      {
        spec: { finalizers: ['kubernetes'] },
        status: {
          conditions: [
            condition(
              'NamespaceDeletionDiscoveryFailure',
              false,
              'ResourcesDiscovered',
              'All resources successfully discovered',
            ),
            condition(
              'NamespaceDeletionGroupVersionParsingFailure',
              false,
              'ParsedGroupVersions',
              'All legacy kube types successfully parsed',
            ),
            condition(
              'NamespaceDeletionContentFailure',
              false,
              'ContentDeleted',
              'All content successfully deleted, may be waiting on finalization',
            ),
            condition(
              'NamespaceContentRemaining',
              true,
              'SomeResourcesRemain',
              `Some resources are remaining: ${resource} has 1 resource instances`,
            ),
            condition(
              'NamespaceFinalizersRemaining',
              true,
              'SomeFinalizersRemain',
              `Some content in the namespace has finalizers remaining: ${owner.finalizer} in 1 resource instances`,
            ),
          ],
          phase: 'Terminating',
        },
      },
    ),
    object(
      scene,
      { apiVersion: `${owner.group}/${owner.version}`, kind: owner.kind, namespace: name, name: 'main' },
      {
        ...made(daysBefore(scene, 12)),
        finalizers: [owner.finalizer],
        deleted: { at: at + 2 * SECOND, graceSeconds: 0 },
      },
      { spec: { replicas: 1 } },
    ),
  );
}
