import { MINUTE } from '@headwater/core/time.ts';
import { alert, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { allPods, rollOut } from '@headwater/testkit/world/workload.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addOperator, customKind, definition } from '../../kit/operator.ts';

/** An operator was upgraded without the definition of a kind its new version watches; it gives up and starts again. */
export const fault: Fault = {
  code: 'W06-crd',
  name: 'custom resource definition missing',
  lookAlikes: ['R03', 'P04'],
  scenario: {
    slug: 'w06-crd-missing',
    title: 'An operator restarts every few minutes since its upgrade',
    families: ['platform'],
    build(scene) {
      const { plan } = basePlan(scene);
      const at = scene.around('upgrade', 31);
      const custom = customKind(scene);
      const { kind, plural, group, version } = custom;
      const rules = [
        {
          apiGroups: [group],
          resources: [plural, `${kind.toLowerCase()}policies`],
          verbs: ['get', 'list', 'watch', 'update', 'patch'],
        },
        { apiGroups: [group], resources: [`${plural}/status`], verbs: ['update', 'patch'] },
      ];
      const { workload } = addOperator(plan, custom, { rules });
      plan.objects.push(
        definition(scene, { ...custom, kind: `${kind}Policy`, plural: `${kind.toLowerCase()}policies` }),
      );
      rollOut(workload, {
        at,
        spec: (spec) => {
          const main = mainContainer(spec);
          main.image = main.image.replace(/:0\.\d+/, ':0.21');
        },
      });
      if (scene.repaired) {
        plan.objects.push(definition(scene, custom));
        allPods(workload, running(), { created: scene.repairedAt });
        return plan;
      }
      const missing = `no matches for kind "${kind}" in version "${group}/${version}"`;
      const escaped = missing.replaceAll('"', '\\"');
      const lower = kind.toLowerCase();
      const says = scene.random.pick('log-shape', [
        [
          `I{time}       1 server.go:208] "Starting metrics server" logger="controller-runtime.metrics"`,
          `E{time}       1 kind.go:71] "if kind is a CRD, it should be installed before calling Start" err="${escaped}" logger="controller-runtime.source.EventHandler" kind="${kind}.${group}"`,
          `E{time}       1 controller.go:210] "Could not wait for Cache to sync" err="failed to wait for ${lower} caches to sync: timed out waiting for cache to be synced for Kind *${version}.${kind}" controller="${lower}" controllerGroup="${group}" controllerKind="${kind}"`,
          `E{time}       1 main.go:190] "problem running manager" err="failed to wait for ${lower} caches to sync: timed out waiting for cache to be synced for Kind *${version}.${kind}" logger="setup"`,
        ],
        [
          `{time}\tINFO\tcontroller-runtime.metrics\tServing metrics server\t{"bindAddress": ":8080", "secure": false}`,
          `{time}\tERROR\tcontroller-runtime.source.EventHandler\tif kind is a CRD, it should be installed before calling Start\t{"kind": "${kind}.${group}", "error": "${escaped}"}`,
          `{time}\tERROR\tsetup\tproblem running manager\t{"error": "failed to wait for ${lower} caches to sync: timed out waiting for cache to be synced for Kind *${version}.${kind}"}`,
        ],
        [
          `{"level":"info","ts":"{time}","logger":"setup","msg":"starting manager"}`,
          `{"level":"error","ts":"{time}","logger":"setup","msg":"unable to create controller","controller":"${kind}","error":"${escaped}"}`,
        ],
      ]);
      allPods(workload, crashLooping({ exitCode: 1, ran: says.length > 2 ? 122 : 3, says }));
      const pod = realise(plan, workload).pods[0];
      if (scene.random.chance('crash-alert', 0.6)) {
        if (pod) podCrashLooping(plan, pod, at);
      } else
        alert(plan, {
          alertname: 'CustomResourceStale',
          severity: 'warning',
          labels: { namespace: custom.namespace, deployment: custom.operator, resource: plural },
          summary: 'An operator has not reconciled for a while.',
          description: `${custom.operator} has not reconciled any ${kind} for 15 minutes.`,
          at: at + 15 * MINUTE,
        });
      return plan;
    },
    expected: (scene) => {
      const { kind, plural, group, version, operator, namespace } = customKind(scene);
      return causeIs({
        causes: [
          { kind: 'CustomResourceDefinition', name: `${plural}.${group}` },
          { kind: 'Deployment', namespace, name: operator },
        ],
        category: ['crd-missing'],
        keywords: [[kind], [`${group}/${version}`, `${plural}.${group}`, group]],
        not: [{ category: 'rbac-denied' }, { category: 'app-crash' }, { category: 'probe-misconfigured' }],
      });
    },
  },
};
