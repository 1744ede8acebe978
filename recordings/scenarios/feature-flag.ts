import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, during, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** C09: a flag was switched on; the code behind it fails. No pod changed. */
export const scenario: Scenario = {
  slug: 'feature-flag',
  title: 'Errors began in one service without any release',
  families: ['config'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { payments, namespace } = app;
    const at = scene.around('flag', 23);
    const created = daysBefore(scene, 45);
    const flag = flagOf(scene);
    const other = { 'dark-mode': 'on', 'fast-search': 'off' };
    const version = (
      value: string,
      edit?: { at: number; manager: string; keys: string[] },
    ): ReturnType<typeof configMap> =>
      configMap(scene, {
        namespace,
        name: 'feature-flags',
        data: { ...other, [flag]: value },
        created,
        ...(edit ? { edited: edit } : {}),
      });
    const on = version('on', { at, manager: 'flags-console', keys: [flag] });
    const off = version('off', { at: scene.repairedAt, manager: 'flags-console', keys: [flag] });
    plan.objects.push(scene.repaired ? off : on);
    plan.journal.push(
      { observedAt: scene.before(75), type: 'ADDED', object: version('off') },
      { observedAt: at, type: 'MODIFIED', object: on },
    );
    if (scene.repaired) plan.journal.push({ observedAt: scene.repairedAt, type: 'MODIFIED', object: off });
    plan.sources.history = 'present';
    mainContainer(payments.spec).volumeMounts = [{ name: 'flags', mountPath: '/etc/flags', readOnly: true }];
    payments.spec.volumes = [{ name: 'flags', configMap: { defaultMode: 420, name: 'feature-flags' } }];
    complaining(plan, payments, {
      complaints: [
        {
          since: at + 62_000,
          every: 5_000,
          say: () => ({ level: 'info', message: `flags reloaded from /etc/flags: ${flag}=on` }),
        },
        {
          since: at + 65_000,
          every: 30,
          say: () => ({
            level: 'error',
            message: `POST /authorize failed: ${flag}: unsupported currency rounding mode HALF_EVEN`,
            fields: { status: 500 },
          }),
        },
      ],
    });
    for (const pod of realise(plan, payments).pods) {
      addMetrics(
        plan,
        traffic(scene, pod, {
          rate: steady(scene, pod.name, 9),
          errors: during(scene, at + 60_000, { normal: () => 0.001, faulty: () => 0.37 }),
        }),
      );
    }
    highErrorRate(plan, payments, { since: at, percent: 37 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'ConfigMap', namespace: scene.cast.namespace, name: 'feature-flags' }],
      category: ['feature-flag', 'config-changed'],
      keywords: [[flagOf(scene)]],
      not: [{ category: 'version-errors' }, { category: 'dependency-failing' }],
    }),
};

function flagOf(scene: Scene): string {
  return scene.random.pick('flag', ['new-rounding', 'pricing-v2', 'multi-currency', 'instant-capture']);
}
