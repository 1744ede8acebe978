import { SECOND, MINUTE } from '@headwater/core/time.ts';
import { podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addNamespace, object } from '@headwater/testkit/world/objects.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { allPods, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

const LIMIT = '40Mi';

/** Somebody raised the limit by hand; Argo CD put the old one back a minute later, and the container dies as before. */
export const fault: Fault = {
  code: 'E03',
  name: 'repair reverted by another controller',
  lookAlikes: ['P01', 'C10'],
  scenario: {
    slug: 'e03-repair-reverted',
    title: 'A container that was repaired an hour ago dies again',
    families: ['platform'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { catalog } = app;
      catalog.manager = 'argocd-controller';
      catalog.labels['app.kubernetes.io/instance'] = appName(scene);
      catalog.annotations['argocd.argoproj.io/tracking-id'] =
        `${appName(scene)}:apps/Deployment:${catalog.namespace}/${catalog.name}`;
      const bad = scene.around('bad', 58);
      const fixed = bad + 16 * MINUTE;
      const reverted = fixed + 70 * SECOND;
      const limit = (value: string) => (spec: Workload['spec']) => {
        mainContainer(spec).resources = { limits: { memory: value }, requests: { cpu: '100m', memory: value } };
      };
      rollOut(catalog, { at: bad, manager: 'argocd-controller', spec: limit(LIMIT) });
      rollOut(catalog, { at: fixed, manager: 'kubectl-set', spec: limit('384Mi') });
      rollOut(catalog, { at: reverted, manager: 'argocd-controller', spec: limit(LIMIT) });
      if (scene.repaired) {
        rollOut(catalog, { at: scene.repairedAt, manager: 'argocd-controller', spec: limit('384Mi') });
        allPods(catalog, running());
      } else {
        catalog.progress = 'complete';
        allPods(
          catalog,
          crashLooping({
            exitCode: 137,
            reason: 'OOMKilled',
            ran: 14,
            says: ['{time} INFO starting', '{time} INFO loading index'],
          }),
        );
      }
      addArgo(plan, catalog, scene.repaired ? scene.repairedAt : reverted);
      const [pod] = realise(plan, catalog).pods;
      if (pod && !scene.repaired) podCrashLooping(plan, pod, reverted);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog },
          { kind: 'Application', name: appName(scene) },
        ],
        category: ['repair-reverted'],
        keywords: [[LIMIT], ['argocd', 'Argo CD']],
        not: [{ category: 'memory-leak' }, { kind: 'Node' }],
      }),
  },
};

function appName(scene: Scene): string {
  return `${scene.cast.namespace}-${scene.cast.catalog}`;
}

function addArgo(plan: Plan, workload: Workload, at: number): void {
  const { scene } = plan;
  const name = appName(scene);
  const namespace = 'argocd';
  addNamespace(plan, namespace, { days: 190 });
  const revision = scene.random.hex('synced', 40);
  plan.objects.push(
    object(
      scene,
      { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', namespace, name },
      { created: daysBefore(scene, 88), changed: at, generation: 31 },
      {
        spec: {
          destination: { namespace: workload.namespace, server: 'https://kubernetes.default.svc' },
          project: 'default',
          source: {
            path: `apps/${workload.name}`,
            repoURL: `https://git.${scene.cast.domain}/platform/config.git`,
            targetRevision: 'main',
          },
          syncPolicy: { automated: { prune: true, selfHeal: true } },
        },
        status: {
          health: { status: scene.repaired ? 'Healthy' : 'Progressing' },
          operationState: {
            finishedAt: stamp(at + 2 * SECOND),
            message: 'successfully synced (all tasks run)',
            operation: { initiatedBy: { automated: true } },
            phase: 'Succeeded',
            startedAt: stamp(at),
          },
          reconciledAt: stamp(scene.now - 40 * SECOND),
          resources: [
            {
              group: 'apps',
              kind: 'Deployment',
              name: workload.name,
              namespace: workload.namespace,
              status: 'Synced',
              version: 'v1',
            },
          ],
          sync: { revision, status: 'Synced' },
        },
      },
    ),
  );
  plan.changes.push({
    time: at,
    kind: 'gitops-sync',
    title: `Sync of ${name} to ${revision.slice(0, 8)} (self-heal)`,
    source: 'argocd',
    subject: { kind: 'Deployment', namespace: workload.namespace, name: workload.name },
    actor: 'argocd-application-controller',
  });
  plan.sources.changes = 'present';
}
