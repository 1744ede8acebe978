import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { citeServer, dataServicesOf, isServer } from '../_shared/dependencies.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { citeHit, type LogHit, type LogMatch, logHits, quote } from '../_shared/log-hits.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';
import { edit } from '../_shared/remedies.ts';

export const REFUSED_WRITES = 'cache/memory-full';

interface Refusal extends LogMatch {
  readonly text: string;
}

// What the Redis family answers when `maxmemory` is reached and nothing may be evicted.
const FULL = /OOM command not allowed when used memory > '?maxmemory'?/i;

function read(line: string): Refusal | null {
  const text = FULL.exec(line)?.[0];
  return text ? { key: 'full', text } : null;
}

/** Caches whose memory is full and that refuse writes, as their clients or they themselves say. */
export function findRefusedWrites(snapshot: Snapshot): readonly Finding[] {
  const groups = groupByRoot(snapshot, logHits(snapshot, read)).map((group) => ({
    group,
    server: serverOf(snapshot, group.subject),
  }));
  const byServer = Map.groupBy(groups, ({ group, server }) => subjectKey(server?.component ?? group.subject));
  return [...byServer.values()].flatMap(([first, ...others]) =>
    first
      ? [
          report(
            first,
            [first, ...others].map(({ group }) => group.subject),
          ),
        ]
      : [],
  );
}

function serverOf(snapshot: Snapshot, subject: Subject): TemplateView | undefined {
  return isServer(snapshot, subject, 'redis')
    ? snapshot.topology.templates.ofComponent(subject)[0]
    : dataServicesOf(snapshot, subject, 'redis')[0]?.template;
}

function report(
  { group, server }: { group: PodGroup<LogHit<Refusal>>; server: TemplateView | undefined },
  writers: readonly Subject[],
): Finding {
  const [hit] = group.entries;
  const subject = server?.component ?? group.subject;
  const said = quote(citeHit(hit), hit.match.text);
  return logFinding(group, {
    code: REFUSED_WRITES,
    category: 'cache-failure',
    strength: server ? 0.9 : 0.78,
    subject,
    aliases: server ? [] : undefined,
    affects: writers,
    says: `${server ? `The memory of cache ${formatSubject(subject)} is full and it refuses writes` : `The cache of ${formatSubject(subject)} is full and refuses writes`}${said === '' ? '' : `: ${said}`}`,
    evidence: server ? citeServer(server) : [],
    remediation: [
      edit(
        'patch-config',
        'R2',
        `Raise \`maxmemory\` of ${formatSubject(subject)}, or let it evict by \`maxmemory-policy\``,
        ['What it holds may be evicted'],
      ),
    ],
  });
}
