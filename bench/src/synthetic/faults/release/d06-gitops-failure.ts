import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import type { Json } from '@headwater/testkit/world/json.ts';
import { addNamespace, object } from '@headwater/testkit/world/objects.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { daysBefore, type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

type Tool = 'argocd' | 'flux' | 'build';

/** A commit that cannot be applied (or built): the cluster stays as it was, and the deployment tool says why. */
export const fault: Fault = {
  code: 'D06',
  name: 'GitOps sync or build fails',
  lookAlikes: ['D03', 'W04'],
  scenario: {
    slug: 'd06-gitops-failure',
    title: 'A merged change does not arrive',
    families: ['rollout', 'platform'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const at = scene.around('commit', 29);
      const { kind, apiVersion, namespace, spec, failed, healthy, reason } = made(scene, at, app.namespace);
      if (!plan.namespaces.some(({ name }) => name === namespace)) addNamespace(plan, namespace, { days: 150 });
      const created = daysBefore(scene, 70);
      const one = object(
        scene,
        { apiVersion, kind, namespace, name: nameOf(scene) },
        { created, changed: scene.repaired ? scene.repairedAt : at, generation: 7 },
        { spec, status: scene.repaired ? healthy : failed },
      );
      plan.objects.push(one);
      const { message } = words(scene);
      if (!scene.repaired)
        plan.events.push({
          about: about(one),
          type: 'Warning',
          reason,
          message: toolOf(scene) === 'argocd' ? `Sync operation to ${sha(scene)} failed: ${message}` : message,
          component: {
            argocd: 'argocd-application-controller',
            flux: 'kustomize-controller',
            build: 'build-controller',
          }[toolOf(scene)],
          count: 5,
          first: at + 20_000,
          last: scene.zero - 90_000,
        });
      plan.changes.push({
        time: at - 40_000,
        kind: 'commit',
        title: `Merge pull request #${scene.random.int('pr', 300, 2900)} into main (${sha(scene).slice(0, 8)})`,
        source: 'github',
        subject: { kind, namespace, name: nameOf(scene) },
        actor: 'developer',
      });
      plan.sources.changes = 'present';
      addAlert(plan, { kind, namespace, at });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: KINDS[toolOf(scene)], name: `${nameOf(scene)}*` }],
        category: ['gitops-failure'],
        keywords: [words(scene).keywords],
        not: [{ kind: 'Deployment' }, { category: 'rollout-stuck' }, { category: 'not-an-incident' }],
      }),
  },
};

const KINDS = { argocd: 'Application', flux: 'Kustomization', build: 'Build' } as const;

function toolOf(scene: Scene): Tool {
  return scene.random.pick('gitops-tool', ['argocd', 'flux', 'build'] as const);
}

function nameOf(scene: Scene): string {
  return toolOf(scene) === 'build' ? `${scene.cast.orders}-12` : `${scene.cast.namespace}-apps`;
}

function sha(scene: Scene): string {
  return scene.random.hex('commit', 40);
}

function words(scene: Scene): { message: string; keywords: string[] } {
  const { orders } = scene.cast;
  switch (toolOf(scene)) {
    case 'argocd':
      return {
        message: `one or more objects failed to apply, reason: Deployment.apps "${orders}" is invalid: spec.template.spec.containers[0].image: Required value`,
        keywords: ['Required value', 'failed to apply'],
      };
    case 'flux':
      return {
        message: `kustomize build failed: accumulating resources: accumulation err='accumulating resources from '${orders}.yaml': open /tmp/kustomization-2262966/apps/${orders}.yaml: no such file or directory'`,
        keywords: ['kustomize build failed', 'no such file'],
      };
    case 'build':
      return { message: `Build failed: Docker build strategy has failed.`, keywords: ['DockerBuildFailed', 'build'] };
  }
}

interface Made {
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly spec: Json;
  readonly failed: Json;
  readonly healthy: Json;
  readonly reason: string;
}

function made(scene: Scene, at: number, target: string): Made {
  const { message } = words(scene);
  const source = {
    path: `clusters/${scene.cluster.name}/apps`,
    repoURL: `https://git.${scene.cast.domain}/platform/config.git`,
    targetRevision: 'main',
  };
  const time = stamp(at + 30_000);
  switch (toolOf(scene)) {
    case 'argocd':
      return {
        kind: 'Application',
        apiVersion: 'argoproj.io/v1alpha1',
        namespace: 'argocd',
        reason: 'OperationCompleted',
        spec: {
          destination: { namespace: target, server: 'https://kubernetes.default.svc' },
          project: 'default',
          source,
          syncPolicy: { automated: { prune: true, selfHeal: true } },
        },
        failed: {
          conditions: [
            {
              lastTransitionTime: time,
              message: `Failed sync attempt to ${sha(scene)}: ${message}`,
              type: 'SyncError',
            },
          ],
          health: { status: 'Healthy' },
          operationState: {
            finishedAt: time,
            message: `${message} (retried 5 times).`,
            phase: 'Failed',
            retryCount: 5,
            startedAt: stamp(at),
            syncResult: { revision: sha(scene) },
          },
          reconciledAt: stamp(scene.zero - 60_000),
          sync: { revision: sha(scene), status: 'OutOfSync' },
        },
        healthy: {
          health: { status: 'Healthy' },
          operationState: {
            finishedAt: stamp(scene.repairedAt + 9_000),
            message: 'successfully synced (all tasks run)',
            phase: 'Succeeded',
            startedAt: stamp(scene.repairedAt),
          },
          sync: { revision: sha(scene), status: 'Synced' },
        },
      };
    case 'flux':
      return {
        kind: 'Kustomization',
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        namespace: 'flux-system',
        reason: 'BuildFailed',
        spec: {
          interval: '10m0s',
          path: './apps',
          prune: true,
          sourceRef: { kind: 'GitRepository', name: 'flux-system' },
          targetNamespace: target,
        },
        failed: {
          conditions: [
            {
              lastTransitionTime: time,
              message,
              observedGeneration: 7,
              reason: 'BuildFailed',
              status: 'False',
              type: 'Ready',
            },
          ],
          lastAppliedRevision: `main@sha1:${scene.random.hex('old-commit', 40)}`,
          lastAttemptedRevision: `main@sha1:${sha(scene)}`,
          observedGeneration: 7,
        },
        healthy: {
          conditions: [
            {
              lastTransitionTime: stamp(scene.repairedAt),
              message: `Applied revision: main@sha1:${sha(scene)}`,
              observedGeneration: 7,
              reason: 'ReconciliationSucceeded',
              status: 'True',
              type: 'Ready',
            },
          ],
          lastAppliedRevision: `main@sha1:${sha(scene)}`,
          observedGeneration: 7,
        },
      };
    case 'build':
      return {
        kind: 'Build',
        apiVersion: 'build.openshift.io/v1',
        namespace: target,
        reason: 'BuildFailed',
        spec: {
          output: { to: { kind: 'ImageStreamTag', name: `${scene.cast.orders}:latest` } },
          source: { git: { uri: source.repoURL }, type: 'Git' },
          strategy: { dockerStrategy: {}, type: 'Docker' },
        },
        failed: {
          completionTimestamp: time,
          config: { kind: 'BuildConfig', name: scene.cast.orders, namespace: target },
          logSnippet:
            'STEP 7/9: RUN npm ci --omit=dev\nnpm error code E404\nerror: build error: building at STEP "RUN npm ci --omit=dev": while running runtime: exit status 1',
          message: 'Docker build strategy has failed.',
          phase: 'Failed',
          reason: 'DockerBuildFailed',
          startTimestamp: stamp(at),
        },
        healthy: {
          completionTimestamp: stamp(scene.repairedAt),
          config: { kind: 'BuildConfig', name: scene.cast.orders, namespace: target },
          phase: 'Complete',
          startTimestamp: stamp(scene.repairedAt - 90_000),
        },
      };
  }
}

function addAlert(plan: Plan, { kind, namespace, at }: { kind: string; namespace: string; at: number }): void {
  const { scene } = plan;
  const name = nameOf(scene);
  const [alertname, labels] = {
    argocd: ['ArgoCdAppSyncFailed', { name, namespace, project: 'default', dest_namespace: scene.cast.namespace }],
    flux: ['FluxReconciliationFailure', { kind, name, exported_namespace: namespace, namespace: 'flux-system' }],
    build: ['BuildFailureRate', { namespace, build: name, buildconfig: scene.cast.orders }],
  }[toolOf(scene)] as [string, Record<string, string>];
  alert(plan, {
    alertname,
    severity: 'warning',
    labels,
    summary: `${kind} ${name} does not succeed`,
    description: `${kind} ${namespace}/${name} has failed for longer than 15 minutes.`,
    at: at + 15 * 60_000,
  });
}
