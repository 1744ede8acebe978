import type { Json } from '@headwater/testkit/world/json.ts';
import { type Scene, stamp } from '@headwater/testkit/world/scene.ts';

type Tool = 'argocd' | 'flux' | 'build';

/** The kind each tool reports on. */
export const KINDS = { argocd: 'Application', flux: 'Kustomization', build: 'Build' } as const;

/** Which tool brings changes to this cluster. */
export function toolOf(scene: Scene): Tool {
  return scene.random.pick('gitops-tool', ['argocd', 'flux', 'build'] as const);
}

/** The name of the object that fails. */
export function nameOf(scene: Scene): string {
  return toolOf(scene) === 'build' ? `${scene.cast.orders}-12` : `${scene.cast.namespace}-apps`;
}

/** The commit that cannot be delivered. */
export function sha(scene: Scene): string {
  return scene.random.hex('commit', 40);
}

/** What the tool says, and a part of it that only this failure has. */
export function words(scene: Scene): { message: string; keywords: string[] } {
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

interface Attempt {
  readonly at: number;
  /** Where it puts what it applies. */
  readonly target: string;
}

/** The object of the tool with its status, failed and healthy. */
export function made(scene: Scene, at: number, target: string): Made {
  const make = { argocd: application, flux: kustomization, build };
  return make[toolOf(scene)](scene, { at, target });
}

function sourceOf(scene: Scene): { path: string; repoURL: string; targetRevision: string } {
  return {
    path: `clusters/${scene.cluster.name}/apps`,
    repoURL: `https://git.${scene.cast.domain}/platform/config.git`,
    targetRevision: 'main',
  };
}

function failedAt(at: number): string {
  return stamp(at + 30_000);
}

function application(scene: Scene, { at, target }: Attempt): Made {
  const { message } = words(scene);
  const time = failedAt(at);
  return {
    kind: 'Application',
    apiVersion: 'argoproj.io/v1alpha1',
    namespace: 'argocd',
    reason: 'OperationCompleted',
    spec: {
      destination: { namespace: target, server: 'https://kubernetes.default.svc' },
      project: 'default',
      source: sourceOf(scene),
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
}

function kustomization(scene: Scene, { at, target }: Attempt): Made {
  const { message } = words(scene);
  const time = failedAt(at);
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
}

function build(scene: Scene, { at, target }: Attempt): Made {
  const time = failedAt(at);
  return {
    kind: 'Build',
    apiVersion: 'build.openshift.io/v1',
    namespace: target,
    reason: 'BuildFailed',
    spec: {
      output: { to: { kind: 'ImageStreamTag', name: `${scene.cast.orders}:latest` } },
      source: { git: { uri: sourceOf(scene).repoURL }, type: 'Git' },
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
