import { causeIs } from '../../../../recordings/expect.ts';
import { demo, everyPod, fireCrashLoop, part } from '../stage.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A hundred large ConfigMaps are made; the operator that caches all of them no longer fits its limit. */
export const fault: Fault = {
  code: 'KDS-operator-oomkill-informer',
  name: 'a controller caches every ConfigMap',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-operator-oomkill-informer',
    title: 'An operator crash-loops after a batch of objects was made',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-controllers');
      const namespace = 'demo-controllers';
      const at = scene.around('inject', 14);
      const operator = part(plan, namespace, 'demo-controllers-controller', {
        image: 'quay.io/kubernaut-cicd/demo-operator:1.0.0',
        container: 'manager',
        args: ['--leader-elect', '--cache-configmaps=all'],
        memory: ['128Mi', '512Mi'],
        cpu: ['50m', '500m'],
        liveness: { httpGet: { path: '/healthz', port: 8081 }, initialDelaySeconds: 15, periodSeconds: 20 },
        readiness: { httpGet: { path: '/readyz', port: 8081 }, initialDelaySeconds: 5 },
      });
      for (let index = 1; index <= 100; index++)
        plan.objects.push(
          configMap(scene, {
            namespace,
            name: `flood-data-${String(index).padStart(3, '0')}`,
            data: { payload: '(shortened by the recorder)' },
            created: at + index * 600,
            manager: 'kubectl-create',
          }),
        );
      operator.progress = 'complete';
      everyPod(
        operator,
        crashLooping({
          exitCode: 137,
          reason: 'OOMKilled',
          ran: 9,
          since: at + 70 * SECOND,
          says: [
            '{time}\tINFO\tsetup\tstarting manager',
            '{time}\tINFO\tStarting EventSource\t{"controller": "demo", "source": "kind source: *v1.ConfigMap"}',
            '{time}\tINFO\tStarting Controller\t{"controller": "demo"}',
          ],
        }),
      );
      fireCrashLoop(plan, operator, at + MINUTE);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'demo-controllers', name: 'demo-controllers-controller' }],
        category: ['oom-killed', 'memory-limit-too-low-to-start'],
        keywords: [['512Mi', 'OOMKilled', '137']],
      }),
  },
};
