import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert, podCrashLooping, podNotReady, statefulSetReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { addService } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { container, mainContainer, podSpec, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { notReady, running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { addWorkload, rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

/**
 * One member never becomes ready, and the controller waits for it: a template that was put right again does not reach it
 * before somebody deletes it, or the first member waits for a second that is not made before the first is ready.
 */
export const fault: Fault = {
  code: 'D05',
  name: 'ordered update of a StatefulSet blocked',
  lookAlikes: ['D03', 'T01', 'P10'],
  scenario: {
    slug: 'd05-statefulset-blocked',
    title: 'A cluster of three has been one short for half an hour',
    families: ['rollout'],
    build(scene) {
      const { plan } = basePlan(scene);
      const set = addCluster(plan);
      const at = scene.around('update', 41);
      const fixed = at + 9 * MINUTE;
      if (isBootstrap(scene)) {
        bootstrap(plan, set, at);
        return plan;
      }
      rollOut(set, { at, spec: (spec) => setEnv(mainContainer(spec), 'HEAP', '-Xms4g -Xmx4g') });
      const started = daysBefore(scene, 6);
      rollBack(set, fixed, plan.scene.cast.manager);
      const kept = { revision: 'current', state: running(), created: started } as const;
      if (scene.repaired) {
        set.pods = [
          kept,
          { ...kept, created: started + 40 * SECOND },
          { revision: 'current', state: running(), created: scene.repairedAt },
        ];
        return plan;
      }
      const says = [
        '{time} INFO starting node',
        '{time} ERROR could not reserve enough space for 4194304KB object heap',
        '{time} ERROR Could not create the Java Virtual Machine.',
      ];
      set.pods = [
        kept,
        { ...kept, created: started + 40 * SECOND },
        { revision: 'previous', state: crashLooping({ exitCode: 1, ran: 3, says }), created: at + 5 * SECOND },
      ];
      const pod = realise(plan, set).pods.at(-1);
      if (pod && scene.random.chance('crash-alert', 0.5)) podCrashLooping(plan, pod, at);
      statefulSetReplicasMismatch(plan, set, at);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'StatefulSet', namespace: scene.cast.namespace, name: setName(scene) }],
        category: ['rollout-stuck'],
        keywords: [[`${setName(scene)}-${isBootstrap(scene) ? 0 : 2}`]],
        not: [{ category: 'pvc-missing' }, { category: 'app-crash' }, { kind: 'Node' }],
      }),
  },
};

function isBootstrap(scene: Scene): boolean {
  return scene.random.chance('bootstrap', 0.4);
}

function setName(scene: Scene): string {
  return scene.random.pick('cluster-set', ['search-data', 'elastic', 'opensearch-nodes']);
}

function addCluster(plan: Plan): Workload {
  const { scene } = plan;
  const main = container('node', {
    image: 'docker.io/opensearchproject/opensearch:2.19.1',
    port: 9300,
    portName: 'transport',
    requests: { cpu: '200m', memory: '1Gi' },
    limits: { memory: '2Gi' },
    readiness: { httpGet: { path: '/_cluster/health?local=true', port: 9200 }, periodSeconds: 10 },
  });
  const set = addWorkload(plan, scene.cast.namespace, setName(scene), {
    kind: 'StatefulSet',
    replicas: 3,
    spec: podSpec([main]),
    days: 12,
  });
  addService(plan, set, { port: 9300, name: 'transport', headless: true });
  return set;
}

// A fresh cluster: the first member wants two peers before it calls itself ready, the controller makes them one by one.
function bootstrap(plan: Plan, set: Workload, at: number): void {
  const { scene } = plan;
  setEnv(mainContainer(set.spec), 'INITIAL_MASTER_NODES', [0, 1, 2].map((index) => `${set.name}-${index}`).join(','));
  Object.assign(set, { created: at });
  set.changedAt = at;
  if (scene.repaired) {
    set.specExtra['podManagementPolicy'] = 'Parallel';
    set.pods = [0, 1, 2].map(() => ({ revision: 'current', state: running(), created: scene.repairedAt }) as const);
    return;
  }
  const lines = [0, 1, 2, 3, 4].map(
    (index) =>
      `${new Date(scene.zero - (5 - index) * 20_000).toISOString()} [WARN ][o.o.c.c.ClusterFormationFailureHelper] [${set.name}-0] cluster-manager not discovered yet, this node has not previously joined a bootstrapped cluster, and this node must discover cluster-manager-eligible nodes [${set.name}-0, ${set.name}-1, ${set.name}-2] to bootstrap a cluster`,
  );
  set.pods = [
    {
      revision: 'current',
      state: notReady({ probe: 'HTTP probe failed with statuscode: 503' }),
      created: at + 2 * SECOND,
      logs: () => [{ container: 'node', lines }],
    },
  ];
  const [pod] = realise(plan, set).pods;
  if (pod) podNotReady(plan, pod, at);
  statefulSetReplicasMismatch(plan, set, at);
  if (scene.random.chance('team-alert', 0.3))
    alert(plan, {
      alertname: 'SearchClusterNotFormed',
      severity: 'critical',
      labels: { namespace: set.namespace, statefulset: set.name },
      summary: 'The search cluster has no cluster manager.',
      description: `${set.name} has not elected a cluster manager.`,
      at: at + 10 * MINUTE,
    });
}
