import { formatSubject } from '@headwater/core/subject.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** Workloads scaled to nothing while something still routes to them. */
export const analyzer: Analyzer = {
  name: 'zero-replicas',
  codes: { 'workload/zero-replicas': 'A workload that a Service routes to is scaled to zero.' },
  reads: ['Deployment', 'StatefulSet', 'Service', 'HorizontalPodAutoscaler', 'Event'],
  analyze(snapshot) {
    return (['Deployment', 'StatefulSet'] as const).flatMap((kind) =>
      snapshot.objects.list(kind).flatMap((workload) => {
        const finding = workload.spec?.replicas === 0 ? judge(snapshot, workload) : null;
        return finding ? [finding] : [];
      }),
    );
  },
};

type Scalable = ReturnType<Snapshot['objects']['list']>[number] & { spec?: { template?: { metadata?: { labels?: Record<string, string> | null } | null } | null } | null };

function judge(snapshot: Snapshot, workload: Scalable): Finding | null {
  const subject = subjectOf(workload);
  const labels = workload.spec?.template?.metadata?.labels ?? {};
  const services = snapshot.objects.list('Service', subject.namespace).filter((service) => {
    const selector = Object.entries(service.spec?.selector ?? {});
    return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
  });
  // Nothing routes to it: scaled down on purpose, or a worker nobody misses in this snapshot.
  if (services.length === 0) return null;
  const scaled = snapshot.events.of(subject, 'ScalingReplicaSet').at(-1);
  return {
    code: 'workload/zero-replicas',
    subject,
    category: 'zero-replicas',
    role: 'cause',
    layer: 'state',
    strength: 0.9,
    statement: `${formatSubject(subject)} is scaled to 0 replicas, so its Service has no endpoints`,
    evidence: [citeField(workload, 'spec.replicas'), ...(scaled ? [citeEvent(scaled)] : [])],
    aliases: services.map(subjectOf),
    since: scaled?.last ?? null,
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
