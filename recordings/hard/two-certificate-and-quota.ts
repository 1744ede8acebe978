import { deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { scenario as expired } from '../scenarios/certificate-expired.ts';
import type { HardScenario } from './hard-scenario.ts';
import { workloadOf } from './kit/herrings.ts';

/** A certificate runs out in one namespace; in another a lost replica is not allowed back by a quota. */
export const scenario: HardScenario = {
  slug: 'two-certificate-and-quota',
  title: 'Calls to a backend fail, and another team misses a replica',
  theme: 'two-faults',
  families: ['hard', 'certificate', 'admission'],
  build(scene) {
    const plan = expired.build(scene);
    const { otherNamespace: namespace, otherApp } = scene.cast;
    const other = workloadOf(plan, otherApp);
    const at = scene.around('refused', 29);
    const message = `pods "${otherApp}-${scene.random.suffix('refused', 5)}" is forbidden: exceeded quota: compute, requested: requests.memory=64Mi, used: requests.memory=512Mi, limited: requests.memory=512Mi`;
    other.pods = [{ revision: 'current', state: running() }];
    other.replicas = 2;
    other.progress = 'complete';
    other.refused = { count: 1, since: at, message };
    const hard = { 'requests.memory': '512Mi' };
    plan.objects.push(
      object(
        scene,
        { apiVersion: 'v1', kind: 'ResourceQuota', namespace, name: 'compute' },
        made(daysBefore(scene, 44)),
        { spec: { hard }, status: { hard, used: hard } },
      ),
    );
    deploymentReplicasMismatch(plan, other, at);
    return plan;
  },
  expected: (scene) => {
    const { namespace, payments, otherNamespace } = scene.cast;
    return {
      verdict: 'cause',
      causes: [
        { kind: 'Certificate', namespace, name: `${payments}-tls` },
        { kind: '*', namespace: otherNamespace },
      ],
      allCauses: true,
      category: ['certificate-expired', 'quota-exceeded'],
      keywords: [['expired'], ['requests.memory']],
    };
  },
};
