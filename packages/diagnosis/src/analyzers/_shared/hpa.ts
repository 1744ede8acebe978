import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { isWithin, lastEvent, RECENT } from './freshness.ts';

export type Hpa = ObjectOf<'HorizontalPodAutoscaler'>;
type Condition = NonNullable<NonNullable<Hpa['status']>['conditions']>[number];

/** What an autoscaler scales, whether or not it exists. */
export function targetOf(snapshot: Snapshot, hpa: Hpa): { subject: Subject; object: KubeObject | undefined } {
  const { kind, name, apiVersion } = hpa.spec?.scaleTargetRef ?? {};
  const wanted: Subject = {
    kind: kind ?? '',
    name: name ?? '',
    ...(apiVersion ? { apiVersion } : {}),
    ...(hpa.metadata.namespace ? { namespace: hpa.metadata.namespace } : {}),
  };
  const object = snapshot.objects.find(wanted);
  return { subject: object ? subjectOf(object) : wanted, object };
}

/** A condition of an autoscaler. */
export function hpaCondition(hpa: Hpa, type: string): Condition | undefined {
  return (hpa.status?.conditions ?? []).find((condition) => condition.type === type);
}

/** Why an autoscaler does not scale now, in its own words, and what shows it. */
export interface HpaFailure {
  readonly reason: string;
  readonly message: string;
  readonly evidence: readonly Evidence[];
}

/** The failure an autoscaler reports: a false condition, or a recent warning when it has no conditions; null when it scales. */
export function hpaFailure(snapshot: Snapshot, hpa: Hpa, type: 'ScalingActive' | 'AbleToScale'): HpaFailure | null {
  const condition = hpaCondition(hpa, type);
  if (condition) {
    if (condition.status !== 'False') return null;
    const path = `status.conditions[type=${type}]`;
    return {
      reason: condition.reason ?? '',
      message: condition.message ?? '',
      evidence: [citeField(hpa, `${path}.reason`), citeField(hpa, `${path}.message`)],
    };
  }
  if (hpa.status?.conditions) return null;
  const event = lastEvent(snapshot, hpa, (one) => isFailure(one, type) && isWithin(snapshot, one.last, RECENT));
  return event ? { reason: event.reason, message: event.message, evidence: [citeEvent(event)] } : null;
}

function isFailure({ reason }: EventRecord, type: 'ScalingActive' | 'AbleToScale'): boolean {
  if (type === 'AbleToScale') return /^FailedGetScale|FailedRescale$/.test(reason);
  return /^(FailedGet\w*Metric|FailedComputeMetricsReplicas|InvalidMetricSourceType)$/.test(reason);
}
