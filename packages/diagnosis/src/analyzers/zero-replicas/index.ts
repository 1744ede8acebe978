import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { type Millis, parseTime } from '@headwater/core/time.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { expectedEndpoints } from '../../topology/service-endpoints.ts';
import { textAt } from '../_shared/conditions.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { unsettledWorkloads } from '../_shared/unsettled-workloads.ts';

/** Workloads scaled to nothing while something still routes to them. */
export const analyzer: Analyzer = {
  name: 'zero-replicas',
  codes: { 'workload/zero-replicas': 'A workload that a Service routes to is scaled to zero.' },
  reads: ['Deployment', 'StatefulSet', 'Service', 'HorizontalPodAutoscaler', 'Event'],
  analyze(snapshot) {
    const { deployments, statefulSets } = unsettledWorkloads(snapshot);
    const scaled = [...deployments, ...statefulSets].filter(({ spec }) => spec?.replicas === 0);
    return scaled.flatMap((workload) => judge(snapshot, workload) ?? []);
  },
};

type Scalable = ObjectOf<'Deployment'> | ObjectOf<'StatefulSet'>;

function judge(snapshot: Snapshot, workload: Scalable): Finding | null {
  const subject = subjectOf(workload);
  if (isMeantToRest(snapshot, workload)) return null;
  const services = starvedServices(snapshot, workload);
  // Nothing routes to it: scaled down on purpose, or a worker nobody misses in this snapshot.
  if (services.length === 0) return null;
  const scaled = snapshot.events.of(subject).findLast((event) => !event.stale && formerCount(event) !== null);
  const former = scaled ? formerCount(scaled) : null;
  const [service] = services;
  return {
    code: 'workload/zero-replicas',
    subject,
    category: 'zero-replicas',
    role: 'cause',
    layer: 'state',
    strength: scaled ? 0.95 : 0.92,
    statement: `${formatSubject(subject)} is scaled to 0 replicas${former === null ? '' : `, from ${former}`}, so its Service${service ? ` \`${service.name}\`` : ''} has no endpoints`,
    evidence: [
      citeField(workload, 'spec.replicas'),
      ...(scaled ? [citeEvent(scaled)] : []),
      ...scaler(workload),
      ...services.slice(0, 2).map((each) => each.cite),
    ],
    aliases: services.map(({ subject: each }) => each),
    since: scaled?.last ?? scaledAt(workload),
    remediation: [
      {
        action: 'scale',
        risk: 'R1',
        statement: `Scale ${formatSubject(subject)} back to its former replica count`,
        preconditions: ['No HorizontalPodAutoscaler or scheduler owns the replica count'],
        undo: 'Scale back to 0',
      },
    ],
  };
}

interface StarvedService {
  readonly subject: Subject;
  readonly name: string;
  readonly cite: Evidence;
}

// A Service that other ready Pods serve as well (the other colour, the new name) misses nothing.
function starvedServices(snapshot: Snapshot, workload: Scalable): StarvedService[] {
  const labels = workload.spec?.template?.metadata?.labels ?? {};
  return snapshot.objects.list('Service', workload.metadata.namespace ?? undefined).flatMap((service) => {
    const selector = Object.entries(service.spec?.selector ?? {});
    if (selector.length === 0 || !selector.every(([key, value]) => labels[key] === value)) return [];
    if (expectedEndpoints(snapshot.topology.pods, service).ready.length > 0) return [];
    return [{ subject: subjectOf(service), name: service.metadata.name, cite: citeField(service, 'spec.selector') }];
  });
}

const REST_MARKS = /^(?:idling\.alpha\.openshift\.io\/|autoscaling\.knative\.dev\/|downscaler\/|kube-green\.|sleep\.)/;

const autoscaled = perSnapshot((snapshot) => {
  const targets = new Set<string>();
  for (const scaledObject of snapshot.objects.list('ScaledObject')) targets.add(targetKey(scaledObject, 'Deployment'));
  for (const hpa of snapshot.objects.list('HorizontalPodAutoscaler'))
    if (hpa.spec?.minReplicas === 0) targets.add(targetKey(hpa, ''));
  return targets;
});

// Scaling to nothing while idle is what event-driven autoscalers are for.
function isMeantToRest(snapshot: Snapshot, workload: Scalable): boolean {
  const { kind, metadata } = workload;
  if (autoscaled(snapshot).has(`${kind}/${metadata.namespace ?? ''}/${metadata.name}`)) return true;
  return Object.keys({ ...metadata.annotations, ...metadata.labels }).some((key) => REST_MARKS.test(key));
}

function targetKey(autoscaler: KubeObject, fallback: string): string {
  const kind = textAt(autoscaler, 'spec.scaleTargetRef.kind') || fallback;
  return `${kind}/${autoscaler.metadata.namespace ?? ''}/${textAt(autoscaler, 'spec.scaleTargetRef.name')}`;
}

function formerCount({ reason, message }: EventRecord): string | null {
  return reason === 'ScalingReplicaSet' ? (/to 0 from (\d+)/.exec(message)?.[1] ?? null) : null;
}

// Events of it expire within the hour; its writer stays.
function scaledAt({ metadata }: KubeObject): Millis | null {
  return parseTime(metadata.managedFields?.find(({ subresource }) => subresource === 'scale')?.time);
}

// Whoever owns the replica count last wrote it.
function scaler(workload: KubeObject): Evidence[] {
  const managers = workload.metadata.managedFields ?? [];
  const index = managers.findIndex(({ subresource }) => subresource === 'scale');
  return index < 0 ? [] : [citeField(workload, `metadata.managedFields[${index}].manager`)];
}
