import { subjectKey } from '@headwater/core/subject.ts';
import { citeEvent } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isWithin, RECENT } from '../_shared/freshness.ts';
import { isReady, type PodObject } from '../_shared/pods.ts';
import { edit } from '../_shared/remedies.ts';
import { rootOf } from '../_shared/workloads.ts';

const SOCKET =
  /(?:dial unix|unix:\/\/|connect(?:ion)? (?:error|to)).{0,160}(?:containerd|crio|cri-dockerd|dockershim|docker)\.sock/i;

/** Nodes still called ready whose runtime socket nobody answers, as the failed sandboxes of several workloads show. */
export function findDeadRuntimes(snapshot: Snapshot, known: ReadonlySet<string>): Finding[] {
  const byNode = new Map<string, { pod: PodObject; event: EventRecord }[]>();
  for (const event of snapshot.events.withReason('FailedCreatePodSandBox')) {
    const pod = snapshot.objects.get('Pod', event.subject.namespace, event.subject.name);
    const node = pod?.spec?.nodeName;
    if (!pod || !node || known.has(node) || event.stale || !SOCKET.test(event.message) || isReady(pod)) continue;
    if (!isWithin(snapshot, event.last, RECENT) || pod.status?.phase === 'Running') continue;
    const seen = byNode.get(node);
    if (seen) seen.push({ pod, event });
    else byNode.set(node, [{ pod, event }]);
  }
  return [...byNode.entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([name, seen]) => {
      const roots = new Map(seen.map(({ pod }) => [subjectKey(rootOf(snapshot, pod)), rootOf(snapshot, pod)]));
      const [first, second] = seen;
      const node = snapshot.objects.get('Node', null, name);
      if (!first) return [];
      return [
        {
          code: 'node/container-runtime-down',
          subject: node ? subjectOf(node) : { kind: 'Node', name },
          category: 'container-runtime-down' as const,
          role: 'cause' as const,
          layer: 'node' as const,
          strength: roots.size > 1 ? 0.92 : 0.82,
          statement: `The container runtime of Node ${name} does not answer on its socket, so no Pod can be started there`,
          evidence: [citeEvent(first.event), ...(second ? [citeEvent(second.event)] : [])],
          affects: [...roots.values()],
          since: first.event.first,
          remediation: [
            edit('restart-node-service', 'R3', `Restart the container runtime of Node ${name}`, [
              'The machine is reachable',
            ]),
          ],
        },
      ];
    });
}
