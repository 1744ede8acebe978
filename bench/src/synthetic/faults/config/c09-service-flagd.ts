import { highErrorRate, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { container, mainContainer, podSpec, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';
import { addService } from '@headwater/testkit/world/application.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { editConfigMap } from '../../kit/config-edits.ts';
import { serve } from '../../kit/load.ts';
import { errorLine } from '../../kit/runtimes.ts';

/** C09: a flag of the flag service was turned; the code behind it fails or is slow, and no pod changed. */
export const fault: Fault = {
  code: 'C09-service',
  name: 'feature flag of a flag service turned on',
  lookAlikes: ['D02', 'C10', 'C06', 'U02'],
  scenario: {
    slug: 'synthetic-c09-service',
    title: 'One service got worse at once, without a release',
    families: ['config'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { payments, namespace } = app;
      const at = scene.around('flag', 22);
      const flags = addWorkload(plan, namespace, 'flagd', {
        spec: podSpec(
          [
            container('flagd', {
              image: 'ghcr.io/open-feature/flagd:v0.12.4',
              args: ['start', '--uri', 'file:./etc/flagd/flags.json'],
              port: 8013,
              portName: 'rpc',
              mounts: { flags: '/etc/flagd' },
            }),
          ],
          { volumes: [{ name: 'flags', configMap: { defaultMode: 420, name: 'flagd-config' } }] },
        ),
      });
      addService(plan, flags, { port: 8013, name: 'rpc' });
      for (const workload of [payments, app.frontend]) {
        setEnv(mainContainer(workload.spec), 'FLAGD_HOST', 'flagd');
        setEnv(mainContainer(workload.spec), 'FLAGD_PORT', '8013');
      }
      editConfigMap(plan, {
        namespace,
        name: 'flagd-config',
        good: { 'flags.json': document(scene, 'off') },
        bad: { 'flags.json': document(scene, 'on') },
        at,
        manager: scene.random.pick('editor', ['kubectl-patch', 'flagd-ui', 'kubectl-edit']),
        watched: true,
      });
      if (slow(scene)) {
        serve(plan, payments, { since: at + 40_000, seconds: [0.03, 1.7], cores: [0.08, 0.44] });
        highLatency(plan, payments, { since: at, seconds: 3.1 });
        return plan;
      }
      complaining(plan, payments, {
        complaints: [
          {
            since: at + 40_000,
            every: 25,
            say: () =>
              errorLine('POST /authorize', {
                message: scene.random.pick('words', [
                  'provider declined: Invalid token',
                  'rounding strategy not supported',
                  'capture rejected: unknown mode',
                ]),
              }),
          },
        ],
      });
      serve(plan, payments, { since: at + 40_000, errors: [0.001, 0.41] });
      highErrorRate(plan, payments, { since: at, percent: 41 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'ConfigMap', namespace: scene.cast.namespace, name: 'flagd-config' }],
        category: ['feature-flag'],
        keywords: [[flagOf(scene)]],
        not: [
          { category: 'version-errors' },
          { category: 'traffic-surge' },
          { kind: 'Deployment', name: scene.cast.payments },
        ],
      }),
  },
};

function slow(scene: Scene): boolean {
  return scene.random.chance('slow', 0.4);
}

function flagOf(scene: Scene): string {
  return scene.random.pick('flag', ['instantCapture', 'paymentFailure', 'newRounding', 'riskChecksV2']);
}

function document(scene: Scene, variant: string): string {
  const flag = (name: string, chosen: string): Record<string, unknown> => ({
    [name]: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: chosen },
  });
  return `${JSON.stringify({ flags: { ...flag('darkMode', 'on'), ...flag(flagOf(scene), variant), ...flag('fastSearch', 'off') } }, null, 2)}\n`;
}
