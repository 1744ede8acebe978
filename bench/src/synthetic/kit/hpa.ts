import type { Millis } from '@headwater/core/time.ts';
import type { Json, KubeJson } from '@headwater/testkit/world/json.ts';
import { edited, made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { Workload } from '@headwater/testkit/world/plan.ts';
import { daysBefore, type Scene, stamp } from '@headwater/testkit/world/scene.ts';

export interface Condition {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly since?: Millis;
}

export interface Autoscaler {
  readonly target: Pick<Workload, 'namespace' | 'name'>;
  readonly min: number;
  readonly max: number;
  readonly current: number;
  readonly desired?: number;
  /** Percent of the request that is aimed at, and that is used; null when it cannot be read. */
  readonly aim: number;
  readonly used: number | null;
  readonly resource?: 'cpu' | 'memory';
  readonly metrics?: readonly Json[];
  readonly behavior?: Json;
  readonly active?: Condition;
  readonly limited?: Condition;
  readonly scaledAt?: Millis;
  readonly editedAt?: Millis;
}

const READY: Condition = {
  status: 'True',
  reason: 'ReadyForNewScale',
  message: 'recommended size matches current size',
};

/** A HorizontalPodAutoscaler with the three conditions its controller keeps. */
export function autoscaler(scene: Scene, options: Autoscaler): KubeJson {
  const { target, resource = 'cpu', used, current } = options;
  const created = daysBefore(scene, 44);
  const valid: Condition = {
    status: 'True',
    reason: 'ValidMetricFound',
    message: `the HPA was able to successfully calculate a replica count from ${resource} resource utilization (percentage of request)`,
  };
  const within: Condition = {
    status: 'False',
    reason: 'DesiredWithinRange',
    message: 'the desired count is within the acceptable range',
  };
  const active = options.active ?? valid;
  const conditions = [
    conditionOf('AbleToScale', READY, created),
    conditionOf('ScalingActive', active, created),
    ...(active.status === 'True' ? [conditionOf('ScalingLimited', options.limited ?? within, created)] : []),
  ];
  const meta = options.editedAt
    ? edited(created, { at: options.editedAt, manager: 'kubectl-edit', wrote: { spec: { metrics: 1 } } })
    : made(created);
  return object(
    scene,
    { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace: target.namespace, name: target.name },
    meta,
    {
      spec: {
        behavior: options.behavior,
        maxReplicas: options.max,
        metrics: options.metrics ?? [
          {
            resource: { name: resource, target: { averageUtilization: options.aim, type: 'Utilization' } },
            type: 'Resource',
          },
        ],
        minReplicas: options.min,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target.name },
      },
      status: {
        conditions,
        currentMetrics:
          used === null
            ? null
            : [
                {
                  resource: { current: { averageUtilization: used, averageValue: `${used}m` }, name: resource },
                  type: 'Resource',
                },
              ],
        currentReplicas: current,
        desiredReplicas: options.desired ?? current,
        lastScaleTime: options.scaledAt === undefined ? undefined : stamp(options.scaledAt),
      },
    },
  );
}

function conditionOf(type: string, { status, reason, message, since }: Condition, created: Millis): Json {
  return { lastTransitionTime: stamp(since ?? created), message, reason, status, type };
}

/** The condition of an autoscaler that wants more than it may have. */
export function tooMany(since: Millis): Condition {
  return {
    status: 'True',
    reason: 'TooManyReplicas',
    message: 'the desired replica count is more than the maximum replica count',
    since,
  };
}
