import { podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { KubeJson } from '@headwater/testkit/world/json.ts';
import { addNamespace, configMap } from '@headwater/testkit/world/objects.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { allPods, restart } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';

const SOURCE = 'platform-config';
const NAME = 'shared-settings';

/** The platform's settings are mirrored into every namespace by an operator; the platform broke them, every copy with it. */
export const scenario: HardScenario = {
  slug: 'other-mirrored-config',
  title: 'A service crash-loops after a routine restart',
  theme: 'other-namespace',
  families: ['hard', 'config'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const { orders, namespace } = app;
    addNamespace(plan, SOURCE, { days: 160 });
    const editedAt = scene.around('edit', 42);
    const at = editedAt + 7 * 60_000;
    const data = { 'settings.json': '{\n  "limits": { "page": 50 },\n  "timeouts": { "read": "5s", }\n}\n' };
    const made = (where: string, manager: string, later: number): KubeJson =>
      configMap(scene, {
        namespace: where,
        name: NAME,
        data,
        created: daysBefore(scene, 60),
        manager,
        edited: { at: editedAt + later, manager, keys: ['settings.json'] },
      });
    const mirror = made(namespace, 'reflector', 2_000);
    mirror.metadata.annotations = {
      'reflector.v1.k8s.emberstack.com/reflects': `${SOURCE}/${NAME}`,
      'reflector.v1.k8s.emberstack.com/auto-reflects': 'True',
    };
    const source = made(SOURCE, 'kubectl-edit', 0);
    source.metadata.annotations = { 'reflector.v1.k8s.emberstack.com/reflection-auto-enabled': 'true' };
    plan.objects.push(source, mirror);
    const main = mainContainer(orders.spec);
    main.volumeMounts = [{ mountPath: '/etc/shared', name: 'shared', readOnly: true }];
    orders.spec.volumes = [{ name: 'shared', configMap: { defaultMode: 420, name: NAME } }];
    restart(orders, at, stamp(at));
    orders.progress = 'complete';
    const says = [
      '{time} INFO reading /etc/shared/settings.json',
      "{time} FATAL cannot parse /etc/shared/settings.json: invalid character '}' looking for beginning of object key string",
    ];
    allPods(orders, crashLooping({ exitCode: 1, ran: 1, says }));
    const [pod] = realise(plan, orders).pods;
    if (pod) podCrashLooping(plan, pod, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'ConfigMap', namespace: SOURCE, name: NAME },
        { kind: 'ConfigMap', namespace: scene.cast.namespace, name: NAME },
      ],
      category: ['config-malformed', 'config-changed'],
      keywords: [['settings.json']],
      not: [{ category: 'app-crash' }],
    }),
};
