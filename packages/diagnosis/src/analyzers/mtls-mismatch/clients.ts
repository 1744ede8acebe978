import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Edge } from '../../topology/topology.ts';
import { failuresOf } from '../_shared/failed-connections.ts';
import { citeHit } from '../_shared/log-hits.ts';
import { meshModeOf } from '../_shared/mesh-identity.ts';
import { recentChange } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { strictPolicy } from './strict.ts';
import { selectedBy } from '../../topology/selection.ts';

interface PlainCall {
  readonly policy: NonNullable<ReturnType<typeof strictPolicy>>;
  readonly service: Subject;
  readonly target: Subject;
  readonly edge: Edge;
}

/** Callers without a proxy of workloads that accept mutual TLS only, by the policy that says so. */
export function judgeClients(snapshot: Snapshot): Finding[] {
  if (snapshot.objects.list('PeerAuthentication').length === 0) return [];
  const calls = snapshot.objects.list('Service').flatMap((service) => plainCalls(snapshot, subjectOf(service)));
  return [...Map.groupBy(calls, ({ policy }) => subjectKey(subjectOf(policy))).values()].flatMap((group) =>
    report(snapshot, group),
  );
}

function plainCalls(snapshot: Snapshot, service: Subject): PlainCall[] {
  const { topology } = snapshot;
  return selectedBy(topology, service).flatMap((target) => {
    const policy = strictPolicy(snapshot, target);
    if (!policy) return [];
    return topology
      .dependents(service)
      .filter((edge) => edge.relation === 'calls' && meshModeOf(snapshot, edge.from) === 'none')
      .map((edge): PlainCall => ({ policy, service, target, edge }));
  });
}

function report(snapshot: Snapshot, group: readonly PlainCall[]): Finding[] {
  const withEffect = group.map((call) => ({
    call,
    failures: failuresOf(snapshot, call.edge.from).filter(
      ({ service, error }) =>
        service &&
        subjectKey(service) === subjectKey(call.service) &&
        error.mode !== 'not-found' &&
        error.mode !== 'no-answer',
    ),
  }));
  const [first] = withEffect.sort((left, right) => right.failures.length - left.failures.length);
  if (!first) return [];
  const { call, failures } = first;
  const subject = subjectOf(call.policy);
  const change = recentChange(snapshot, subject);
  if (failures.length === 0 && !change) return [];
  const caller = call.edge.from;
  const [pod] = snapshot.topology.pods.ofComponent(caller);
  return [
    {
      code: 'mesh/plaintext-to-strict',
      subject,
      category: 'mtls-mismatch',
      role: 'cause',
      layer: 'state',
      strength: failures.length > 0 ? 0.9 : 0.7,
      statement: `${formatSubject(subject)} makes ${formatSubject(call.target)} accept mutual TLS only (\`STRICT\`), but its caller ${formatSubject(caller)} has no mesh proxy and speaks plain text`,
      evidence: [
        citeField(call.policy, 'spec.mtls.mode'),
        ...(pod ? [citeField(pod, 'spec.containers[name=istio-proxy]')] : []),
        ...call.edge.cite().slice(0, 1),
        ...failures.slice(0, 2).flatMap(({ hit }) => citeHit(hit).slice(0, 1)),
        ...(change ? [citeChange(change)] : []),
      ],
      affects: [...new Map(group.map(({ edge }) => [subjectKey(edge.from), edge.from])).values(), call.target],
      ...(change ? { change: change.id, since: change.time } : {}),
      remediation: [
        edit(
          'patch-peerauthentication',
          'R2',
          `Set ${formatSubject(subject)} to PERMISSIVE, or give ${formatSubject(caller)} a proxy`,
        ),
      ],
    },
  ];
}
