import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import { citeEvent, citeField, citeLog } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isWithin, RECENT } from '../_shared/freshness.ts';
import { nodeCondition } from '../_shared/node-pods.ts';
import { isReady, type PodObject } from '../_shared/pods.ts';

// What agents of routed Pod networks say in their readiness probe when they have no session with their peers.
const NO_SESSION =
  /BGP not established|BIRD is not ready|bird(?:6)? is not (?:ready|live)|bgp.{0,40}(?:down|idle|not established)|no route to peer/i;

/** Agents without a routing session, and Nodes for which the cloud could not make a route. */
export function judgeRouting(snapshot: Snapshot): Finding[] {
  return [...sessions(snapshot), ...cloudRoutes(snapshot)];
}

function sessions(snapshot: Snapshot): Finding[] {
  return snapshot.topology.clusterServices.ofRole('pod-network').flatMap(({ subject }) => {
    const pods = snapshot.topology.pods.ofComponent(subject);
    const cut = pods
      .filter((pod) => !isReady(pod))
      .flatMap((pod) => {
        const event = snapshot.events
          .of(subjectOf(pod), 'Unhealthy')
          .findLast(
            ({ message, stale, last }) => !stale && NO_SESSION.test(message) && isWithin(snapshot, last, RECENT),
          );
        const proof = event ? [citeEvent(event)] : saysCut(snapshot, pod);
        return proof.length > 0 ? [{ pod, proof, since: event?.first ?? null }] : [];
      });
    return cut.length > 0 ? [reportSessions(subject, { cut, all: pods.length })] : [];
  });
}

interface CutAgent {
  readonly pod: PodObject;
  /** What says that it has no session. */
  readonly proof: readonly Evidence[];
  readonly since: Millis | null;
}

// bird's own words, for where no Event is kept.
const BIRD_CUT =
  /\bbird6?: .*(?:BGP: Unexpected connect|State changed to (?:stop|idle)|Connection closed|Neighbor lost)/i;

function saysCut(snapshot: Snapshot, pod: PodObject): readonly Evidence[] {
  for (const { name } of pod.spec?.containers ?? []) {
    const stream = snapshot.logs.get(pod.metadata.namespace ?? '', pod.metadata.name, name, false);
    const line = stream?.lines.findLast(({ text }) => BIRD_CUT.test(text));
    if (stream && line) return [citeLog(stream, line)];
  }
  return [];
}

function reportSessions(agent: Subject, { cut, all }: { cut: readonly CutAgent[]; all: number }): Finding {
  const nodes = cut.flatMap(({ pod }) => (pod.spec?.nodeName ? [pod.spec.nodeName] : []));
  const [only] = nodes;
  // One Node alone is that Node's fault; several share the agent's configuration.
  const subject: Subject = cut.length === 1 && all > 1 && only ? { kind: 'Node', name: only } : agent;
  return {
    code: 'network/routing-broken',
    subject,
    category: 'mtu-or-routing',
    role: 'cause',
    layer: 'node',
    strength: 0.9,
    statement: `${formatSubject(agent)} has no routing session with its peers on ${nodes
      .slice(0, 4)
      .map((node) => `\`${node}\``)
      .join(', ')}: Pods there are not reached from other Nodes`,
    evidence: cut.slice(0, 4).flatMap(({ pod, proof }) => [...proof, citeField(pod, 'spec.nodeName')]),
    aliases: subject === agent ? nodes.map((name): Subject => ({ kind: 'Node', name })) : [agent],
    since: cut[0]?.since ?? null,
    remediation: [
      {
        action: 'none',
        risk: 'R3',
        statement: `Restore the routing configuration or labels of ${formatSubject(subject)}`,
        preconditions: ['The former peers are known'],
        undo: 'Restore the present configuration',
      },
    ],
  };
}

function cloudRoutes(snapshot: Snapshot): Finding[] {
  return snapshot.objects.list('Node').flatMap((node): Finding[] => {
    const subject = subjectOf(node);
    const event = snapshot.events
      .of(subject, 'FailedToCreateRoute')
      .findLast(({ stale, last }) => !stale && isWithin(snapshot, last, RECENT));
    if (!event || nodeCondition(node, 'NetworkUnavailable')?.status === 'False') return [];
    return [
      {
        code: 'network/routing-broken',
        subject,
        category: 'mtu-or-routing',
        role: 'cause',
        layer: 'node',
        strength: 0.85,
        statement: `The cloud has no route to the Pods of ${formatSubject(subject)}: it could not be made`,
        evidence: [
          citeEvent(event),
          citeField(node, 'status.conditions[type=NetworkUnavailable].status'),
          citeField(node, 'spec.podCIDR'),
        ],
        since: event.first,
        remediation: [
          {
            action: 'none',
            risk: 'R3',
            statement: 'Mend what the provider names (route quota, permission, overlapping range)',
            preconditions: ['Somebody with access to the provider account'],
            undo: 'Restore the former setting',
          },
        ],
      },
    ];
  });
}
