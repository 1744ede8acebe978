import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { expectedEndpoints } from '../../topology/service-endpoints.ts';
import { failuresTo } from '../_shared/failed-connections.ts';
import { citeHit } from '../_shared/log-hits.ts';
import type { PodObject } from '../_shared/pods.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { type ServiceObject, usersOf } from '../_shared/service-traffic.ts';

/** Services that keep traffic on its Node while some callers' Nodes have no endpoint. */
export const analyzer: Analyzer = {
  name: 'traffic-policy-local',
  codes: {
    'service/local-without-backend':
      'A Service with internal traffic policy Local has callers on Nodes without an endpoint.',
  },
  reads: ['Service', 'Pod', 'Deployment', 'logs'],
  analyze(snapshot) {
    return snapshot.objects
      .list('Service')
      .flatMap((service) => (service.spec?.internalTrafficPolicy === 'Local' ? judge(snapshot, service) : []));
  },
};

interface Stranded {
  readonly caller: Subject;
  readonly pod: PodObject;
}

function judge(snapshot: Snapshot, service: ServiceObject): Finding[] {
  const { ready } = expectedEndpoints(snapshot.topology.pods, service);
  const [backend] = ready;
  // Without any endpoint the Service fails everywhere, and for another reason.
  if (!backend) return [];
  const served = new Set(ready.map(({ spec }) => spec?.nodeName));
  const stranded = usersOf(snapshot, subjectOf(service)).flatMap((caller) =>
    snapshot.topology.pods
      .ofComponent(caller)
      .flatMap((pod): Stranded[] => (pod.spec?.nodeName && !served.has(pod.spec.nodeName) ? [{ caller, pod }] : [])),
  );
  const failing = failuresTo(snapshot, subjectOf(service)).filter(
    ({ hit }) => hit.pod.spec?.nodeName && !served.has(hit.pod.spec.nodeName),
  );
  const [first] = failing.length > 0 ? failing.map(({ caller, hit }) => ({ caller, pod: hit.pod })) : stranded;
  if (!first) return [];
  return [report(snapshot, { service, first, backend, failing, nodes: served.size })];
}

interface Report {
  readonly service: ServiceObject;
  readonly first: Stranded;
  readonly backend: PodObject;
  readonly failing: ReturnType<typeof failuresTo>;
  readonly nodes: number;
}

function report(snapshot: Snapshot, { service, first, backend, failing, nodes }: Report): Finding {
  const subject = subjectOf(service);
  const edited = recentEdit(snapshot, subject, (path) => path === 'spec.internalTrafficPolicy');
  return {
    code: 'service/local-without-backend',
    subject,
    category: 'traffic-policy-local',
    role: 'cause',
    layer: 'state',
    strength: failing.length > 0 ? 0.95 : edited ? 0.85 : 0.6,
    statement: `${formatSubject(subject)} has internal traffic policy \`Local\`, but Node \`${first.pod.spec?.nodeName}\`, where its caller ${formatSubject(first.caller)} runs, has no endpoint${backend.spec?.nodeName ? `; \`${backend.spec.nodeName}\` has` : ''}`,
    evidence: [
      citeField(service, 'spec.internalTrafficPolicy'),
      citeField(first.pod, 'spec.nodeName'),
      citeField(backend, 'spec.nodeName'),
      ...failing.slice(0, 2).flatMap(({ hit }) => citeHit(hit).slice(0, 1)),
      ...(edited ? [citeChange(edited)] : []),
    ],
    affects: [first.caller],
    ...(edited ? { change: edited.id, since: edited.time } : {}),
    ruledOut: [
      {
        category: 'readiness-failing',
        statement: `${formatSubject(subjectOf(backend))} is Ready, so the Service has endpoints`,
        evidence: [citeField(backend, 'status.conditions[type=Ready].status')],
      },
    ],
    remediation: [
      edit(
        'patch-service',
        'R2',
        `Set the internal traffic policy of ${formatSubject(subject)} to Cluster, or run an endpoint on every Node (now on ${nodes})`,
      ),
    ],
  };
}
