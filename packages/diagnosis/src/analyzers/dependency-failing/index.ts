import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { hostsIn } from '../../topology/host-references.ts';
import { serviceAt, type ServiceObject, workloadsBehind } from '../_shared/dependencies.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { failedConnections } from '../_shared/failed-connections.ts';
import { citeHit, type LogHit, type LogMatch, logHits, quote } from '../_shared/log-hits.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';
import { subjectOf } from '../../snapshot/objects.ts';

const UNREACHABLE = 'dependency/unreachable';
const FAILING = 'dependency/answers-errors';

/** Workloads that say a Service they call does not answer, or answers errors: they point at it, they are not the cause. */
export const analyzer: Analyzer = {
  name: 'dependency-failing',
  codes: {
    [UNREACHABLE]: 'A workload cannot reach a Service it calls.',
    [FAILING]: 'A Service that a workload calls answers errors.',
  },
  reads: ['Pod', 'Service', 'logs'],
  analyze(snapshot) {
    const failed = failedConnections(snapshot).flatMap(({ service, hit, error }): Blaming[] => {
      const object = service && snapshot.objects.get('Service', service.namespace, service.name);
      return object && counts(hit) ? [{ ...hit, service: object, code: UNREACHABLE, word: error.mode }] : [];
    });
    const answered = logHits(snapshot, readErrorAnswer).flatMap((hit): Blaming[] => {
      const service = serviceAt(snapshot, hit.match.host, hit.pod.metadata.namespace ?? '');
      return service ? [{ ...hit, service, code: FAILING, word: hit.match.status }] : [];
    });
    return groupByRoot(snapshot, [...failed, ...answered], ({ service }) => subjectKey(subjectOf(service))).flatMap(
      (group) => report(snapshot, group),
    );
  },
};

interface Blaming extends LogHit<LogMatch> {
  readonly service: ServiceObject;
  readonly code: string;
  readonly word: string;
}

// A ready caller that now and then loses a connection says nothing.
function counts({ mode, count, share }: LogHit<LogMatch>): boolean {
  return mode !== 'running' || (count >= 3 && (share >= 0.01 || count >= 20));
}

interface ErrorAnswer extends LogMatch {
  readonly host: string;
  readonly status: string;
}

const STATUS =
  /\b(?:status(?:[ _]?code)?|HTTP(?:\/[\d.]+)?|code|returned|response|responded with|answered)["']?[ :=]+["']?(5\d\d)\b|\b(50[0234]) (?:Internal Server Error|Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out)/i;

function readErrorAnswer(line: string): ErrorAnswer | null {
  const match = STATUS.exec(line);
  const status = match?.[1] ?? match?.[2];
  // The host is the one of the URL that was called; a line without one does not say who answered.
  const target =
    status === undefined
      ? undefined
      : hostsIn(line).find(({ scheme }) => scheme === 'http' || scheme === 'https' || scheme === 'grpc');
  return target && status ? { key: `${status} ${target.host}`, host: target.host, status } : null;
}

const WORDS: Readonly<Record<string, string>> = {
  'not-found': 'cannot resolve',
  'no-answer': 'gets no answer from DNS for',
  refused: 'is refused by',
  unreachable: 'finds no route to',
  denied: 'is denied by a proxy before',
  timeout: 'gets no answer from',
  reset: 'loses its connections to',
};

function report(snapshot: Snapshot, group: PodGroup<Blaming>): Finding[] {
  const [{ service, code, word, match, mode, ...hit }] = group.entries;
  const target = subjectOf(service);
  const behind = workloadsBehind(snapshot, service);
  if (behind.some((subject) => subjectKey(subject) === subjectKey(group.subject))) return [];
  const says = code === FAILING ? `is answered \`${word}\` by` : (WORDS[word] ?? 'cannot reach');
  const said = quote(citeHit({ ...hit, match, mode }), code === FAILING ? '' : hostText(match));
  return [
    logFinding(group, {
      code,
      category: 'dependency-failing',
      role: 'symptom',
      layer: 'dependency',
      strength: mode === 'crash' ? 0.6 : 0.55,
      blames: [target, ...behind],
      says: `${formatSubject(group.subject)} ${says} ${formatSubject(target)}${said === '' ? '' : ` (as ${said})`}`,
      remediation: [noAction(target)],
    }),
  ];
}

function hostText({ key }: LogMatch): string {
  return key.split(' ')[1]?.replace(/:$/, '') ?? '';
}

function noAction(target: Subject) {
  return {
    action: 'none',
    risk: 'R0' as const,
    statement: `Repair ${formatSubject(target)}; its caller recovers by itself`,
    preconditions: [],
    undo: 'None needed',
  };
}
