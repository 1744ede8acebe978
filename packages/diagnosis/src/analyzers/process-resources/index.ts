import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import { citeSignal } from '../../evidence/cite-metrics.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding, RuledOutFact } from '../../finding.ts';
import { SIGNALS } from '../../metrics/vocabulary.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeServer, type DataService, dataServicesOf, isServer } from '../_shared/dependencies.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { type LogHit, logHits } from '../_shared/log-hits.ts';
import { nodeCondition } from '../_shared/node-pods.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { edit } from '../_shared/remedies.ts';
import { portsByCount } from './ports.ts';
import { lastOf } from '../_shared/shift-words.ts';
import { type Exhaustion, readExhaustion, type Resource } from './patterns.ts';
import { type UsedUp, usedUp } from './used-up.ts';

const CODES: Readonly<Record<Resource, string>> = {
  'shared-memory': 'process/shared-memory-full',
  'file-descriptors': 'process/file-descriptors-exhausted',
  threads: 'process/threads-exhausted',
  'ephemeral-ports': 'process/ephemeral-ports-exhausted',
  heap: 'process/heap-exhausted',
};
const WORDS: Readonly<Record<Resource, string>> = {
  'shared-memory': 'has no shared memory left in /dev/shm',
  'file-descriptors': 'has used up its open files',
  threads: 'cannot start another thread or process',
  'ephemeral-ports': 'has no free source port for another connection',
  heap: 'has used up the heap its runtime allows itself',
};

/** Processes that ran into a limit of their own: files, threads, ports, shared memory, heap. */
export const analyzer: Analyzer = {
  name: 'process-resources',
  codes: {
    'process/shared-memory-full': 'A process needs more shared memory than its container has.',
    'process/file-descriptors-exhausted': 'A process cannot open another file or socket.',
    'process/threads-exhausted': 'A process cannot start another thread or process.',
    'process/ephemeral-ports-exhausted': 'A process has no free source port for another connection.',
    'process/heap-exhausted': 'A process has used up the heap of its runtime, below the limit of its container.',
  },
  reads: ['Pod', 'Deployment', 'Node', 'logs', 'metrics'],
  analyze(snapshot) {
    const hits = logHits(snapshot, readExhaustion);
    const told = groupByRoot(snapshot, hits, ({ view, match }) => `${view.name} ${match.resource}`).flatMap((group) =>
      report(snapshot, group),
    );
    const known = new Set(told.map(({ code, subject }) => `${code} ${subjectKey(subject)}`));
    const measured = usedUp(snapshot)
      .filter(({ resource, root }) => !known.has(`${CODES[resource]} ${subjectKey(root)}`))
      .map(reportMeasured);
    return [...told, ...measured, ...portsByCount(snapshot, told)];
  },
};

function report(snapshot: Snapshot, group: PodGroup<LogHit<Exhaustion>>): Finding[] {
  const [{ pod, view, match }] = group.entries;
  const server = serverBehind(snapshot, group);
  if (server) return [reportServer(group, server)];
  const { resource } = match;
  const node = snapshot.objects.get('Node', null, pod.spec?.nodeName ?? '');
  const pressure = node && resource === 'threads' ? nodeCondition(node, 'PIDPressure')?.status : undefined;
  // Then the node has run out of process ids, and every Pod on it says the same.
  if (pressure === 'True') return [];
  const ruledOut: RuledOutFact[] =
    node && pressure === 'False'
      ? [
          {
            subject: { kind: 'Node', name: node.metadata.name },
            category: 'node-pid-pressure',
            statement: `Node ${node.metadata.name} is not short of process ids: its PIDPressure condition is \`False\``,
            evidence: [citeField(node, 'status.conditions[type=PIDPressure].status')],
          },
        ]
      : [];
  const limit =
    resource === 'heap' && view.spec?.resources?.limits?.['memory'] !== undefined
      ? [citePodSpec(snapshot, pod, `${view.specPath}.resources.limits.memory`)]
      : [];
  return [
    logFinding(group, {
      code: CODES[resource],
      category: 'resource-exhausted-in-process',
      layer: 'saturation',
      strength: 0.9,
      says: `Container \`${view.name}\` of ${formatSubject(group.subject)} ${WORDS[resource]}`,
      evidence: limit,
      ruledOut,
      remediation: [
        {
          action: 'restart',
          risk: 'R1',
          statement: `Restart ${formatSubject(group.subject)} to free what it holds`,
          preconditions: ['Another replica serves meanwhile, or an interruption is accepted'],
          undo: 'None needed',
        },
        edit('patch-resources', 'R2', `${REMEDIES[resource]} ${formatSubject(group.subject)}`),
      ],
    }),
  ];
}

function reportMeasured({ resource, root, signal }: UsedUp): Finding {
  return {
    code: CODES[resource],
    subject: root,
    category: 'resource-exhausted-in-process',
    role: 'cause',
    layer: 'saturation',
    strength: 0.78,
    statement: `${formatSubject(root)} ${WORDS[resource]}: ${SIGNALS[signal.name].title} is ${lastOf(signal)}`,
    evidence: [citeSignal(signal)],
    aliases: [signal.subject],
    remediation: [edit('patch-resources', 'R2', `${REMEDIES[resource]} ${formatSubject(root)}`)],
  };
}

/** The server in the cluster whose words a client logged; undefined where the words are the container's own. */
function serverBehind(snapshot: Snapshot, { subject, entries }: PodGroup<LogHit<Exhaustion>>): DataService | undefined {
  const { server } = entries[0].match;
  return server && !isServer(snapshot, subject, server) ? dataServicesOf(snapshot, subject, server)[0] : undefined;
}

function reportServer(group: PodGroup<LogHit<Exhaustion>>, { template }: DataService): Finding {
  const { resource } = group.entries[0].match;
  const server = template.component;
  return logFinding(group, {
    code: CODES[resource],
    subject: server,
    aliases: [],
    affects: [group.subject],
    category: 'resource-exhausted-in-process',
    layer: 'saturation',
    strength: 0.85,
    says: `${formatSubject(server)} ${WORDS[resource]}, as it tells its client ${formatSubject(group.subject)}`,
    evidence: citeServer(template),
    remediation: [edit('patch-resources', 'R2', `${REMEDIES[resource]} ${formatSubject(server)}`)],
  });
}

const REMEDIES: Readonly<Record<Resource, string>> = {
  'shared-memory': 'Mount a memory-backed emptyDir at /dev/shm in',
  'file-descriptors': 'Find what is not closed, and raise the open-file limit, in',
  threads: 'Bound the thread pools, or raise the process limit, of',
  'ephemeral-ports': 'Reuse connections in',
  heap: 'Raise the heap of the runtime, within the memory limit, of',
};
