import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { daysBefore, type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { editConfigMap } from '../../kit/config-edits.ts';
import { serve } from '../../kit/load.ts';
import { victimOf, victimRole } from '../../kit/release.ts';
import { errorLine } from '../../kit/runtimes.ts';

/** C10: somebody edited by hand what Git describes; the application that reads it no longer does what it should. */
export const fault: Fault = {
  code: 'C10',
  name: 'config drift from Git',
  lookAlikes: ['C09', 'C06', 'D06'],
  scenario: {
    slug: 'synthetic-c10-drift',
    title: 'Requests are rejected since this morning and nothing was merged',
    families: ['config'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const { namespace } = app;
      const at = scene.around('edit', 26);
      const [key, good, bad, words] = settingOf(scene);
      const tracking = `${namespace}:/ConfigMap:${namespace}/${mapOf(scene)}`;
      editConfigMap(plan, {
        namespace,
        name: mapOf(scene),
        good: { [key]: good, 'request.timeout': '30s' },
        bad: { [key]: bad },
        at,
        manager: scene.random.pick('editor', ['kubectl-edit', 'kubectl-patch', 'kubectl-client-side-apply']),
        owner: 'argocd-controller',
        labels: { 'app.kubernetes.io/instance': namespace },
        annotations: { 'argocd.argoproj.io/tracking-id': tracking },
        watched: scene.random.chance('watched', 0.5),
      });
      const main = mainContainer(victim.spec);
      victim.spec.volumes = [
        ...(victim.spec.volumes ?? []),
        { name: 'limits', configMap: { defaultMode: 420, name: mapOf(scene) } },
      ];
      main.volumeMounts = [...(main.volumeMounts ?? []), { name: 'limits', mountPath: '/etc/limits', readOnly: true }];
      complaining(plan, victim, {
        complaints: [
          {
            since: at + 70_000,
            every: 20,
            say: () => errorLine('request rejected', { message: words }, { status: 503 }),
          },
        ],
      });
      serve(plan, victim, { since: at + 60_000, errors: [0.001, 0.58], errorCode: '503' });
      application(plan, at);
      highErrorRate(plan, victim, { since: at, percent: 58 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'ConfigMap', namespace: scene.cast.namespace, name: mapOf(scene) }],
        category: ['config-drift'],
        keywords: [[mapOf(scene)], ['kubectl', 'by hand', 'OutOfSync']],
        not: [{ category: 'version-errors' }, { category: 'traffic-surge' }, { kind: 'Deployment' }],
      }),
  },
};

function mapOf(scene: Scene): string {
  return `${scene.cast[victimRole(scene)]}-limits`;
}

function settingOf(scene: Scene): readonly [string, string, string, string] {
  return scene.random.pick('setting', [
    ['max.concurrency', '200', '2', 'concurrency limit of 2 reached'],
    ['allowed.tenants', '*', 'internal', 'tenant not allowed'],
    ['maintenance.window', 'none', 'always', 'maintenance window is open'],
    ['upload.max.bytes', '10485760', '1024', 'body exceeds 1024 bytes'],
  ]);
}

// Argo CD compares every few minutes; without self-healing it only says so.
function application(plan: Plan, at: number): void {
  const { scene } = plan;
  const { namespace } = scene.cast;
  const name = mapOf(scene);
  const synced = scene.repaired;
  plan.objects.push(
    object(
      scene,
      { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', namespace: 'argocd', name: namespace },
      { created: daysBefore(scene, 60), changed: at + 150_000 },
      {
        spec: {
          destination: { namespace, server: 'https://kubernetes.default.svc' },
          project: 'default',
          source: {
            path: `apps/${namespace}`,
            repoURL: `https://git.${scene.cast.domain}/platform/deploy.git`,
            targetRevision: 'main',
          },
          syncPolicy: { automated: { prune: true } },
        },
        status: {
          health: { status: 'Healthy' },
          reconciledAt: stamp(scene.now - 90_000),
          resources: [
            { kind: 'ConfigMap', name, namespace, status: synced ? 'Synced' : 'OutOfSync', version: 'v1' },
            {
              group: 'apps',
              health: { status: 'Healthy' },
              kind: 'Deployment',
              name: scene.cast[victimRole(scene)],
              namespace,
              status: 'Synced',
              version: 'v1',
            },
          ],
          sync: { revision: scene.random.hex('revision', 40), status: synced ? 'Synced' : 'OutOfSync' },
        },
      },
    ),
  );
}
