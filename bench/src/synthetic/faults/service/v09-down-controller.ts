import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { alert, podCrashLooping, targetDown } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods, rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

interface Failure {
  readonly arg: string;
  readonly says: readonly string[];
  /** The same fault by its finer name. */
  readonly finer: Category;
}

function failureOf(scene: Scene): Failure {
  return scene.random.pick('fails', [
    {
      arg: '--enable-ssl-chain-completion=true',
      finer: 'command-not-found',
      says: [
        'Error: unknown flag: --enable-ssl-chain-completion',
        'Usage of :',
        '      --alsologtostderr   log to standard error as well as files',
      ],
    },
    {
      finer: 'app-crash',
      arg: '--default-backend-service=ingress-nginx/default-http-backend',
      says: [
        '-------------------------------------------------------------------------------',
        'NGINX Ingress controller',
        '  Release:       v1.12.1',
        'F{time}       7 main.go:75] No service with name ingress-nginx/default-http-backend found: services "default-http-backend" not found',
      ],
    },
    {
      finer: 'port-conflict',
      arg: '--http-port=81',
      says: [
        'NGINX Ingress controller',
        'I{time}       7 main.go:205] "Creating API client" host="https://10.96.0.1:443"',
        'F{time}       7 main.go:83] port 81 is already in use. Please check the flag --http-port',
      ],
    },
  ] satisfies readonly Failure[]);
}

/** The ingress controller does not start with a flag its version does not know; every host is gone with it. */
export const fault: Fault = {
  code: 'V09-down',
  name: 'ingress controller does not start',
  lookAlikes: ['V07', 'V10', 'P04'],
  scenario: {
    slug: 'v09-down-controller',
    title: 'No public page answers any more',
    families: ['ingress'],
    build(scene) {
      const { plan } = basePlan(scene, { needs: ['ingress'] });
      const at = scene.around('rollout', 28);
      const controller = plan.workloads.find(({ name }) => name === 'ingress-nginx-controller');
      if (!controller) throw new Error('the base has no ingress controller');
      const fails = failureOf(scene);
      rollOut(controller, {
        at,
        spec: (spec) => {
          mainContainer(spec).args?.push(fails.arg);
        },
      });
      controller.specExtra = { strategy: { type: 'Recreate' } };
      const hosts = [`www.${scene.cast.domain}`, `api.${scene.cast.domain}`];
      if (scene.repaired) {
        rollBack(controller, scene.repairedAt);
        allPods(controller, running());
      } else {
        allPods(
          controller,
          crashLooping({ exitCode: fails.arg.startsWith('--http') ? 255 : 2, ran: 2, says: fails.says }),
        );
        const pod = realise(plan, controller).pods[0];
        if (pod && scene.random.chance('crash-alert', 0.5)) podCrashLooping(plan, pod, at);
      }
      for (const host of hosts)
        alert(plan, {
          alertname: 'ProbeFailed',
          severity: 'critical',
          labels: { instance: `https://${host}/`, job: 'blackbox', namespace: 'monitoring' },
          summary: 'A public page does not answer.',
          description: `https://${host}/ refuses connections.`,
          at: at + 3 * MINUTE,
        });
      if (scene.random.chance('target-down', 0.5))
        targetDown(plan, { namespace: 'ingress-nginx', name: 'ingress-nginx-controller' }, at);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'ingress-nginx', name: 'ingress-nginx-controller' }],
        category: ['ingress-controller-down', failureOf(scene).finer],
        keywords: [['ingress-nginx-controller']],
        not: [
          { category: 'ingress-class-missing' },
          { category: 'ingress-backend-missing' },
          { category: 'load-balancer-external' },
          { kind: 'Ingress', namespace: scene.cast.namespace },
        ],
      }),
  },
};
