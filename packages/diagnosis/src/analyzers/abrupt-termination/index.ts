import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { type Millis, SECOND } from '@headwater/core/time.ts';
import { citeField, citeLog } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { LogLine, LogStream } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { connectionErrorIn, sharedConnectionError } from '../../topology/connection-errors.ts';
import { serviceAt, workloadsBehind } from '../_shared/dependencies.ts';
import { edit } from '../_shared/remedies.ts';
import { isReported } from '../_shared/trouble.ts';
import { type Ending, endingsByWorkload } from './endings.ts';

const CODE = 'rollout/requests-cut-off';

/** Workloads whose Pods drop requests when they end, since nothing lets them drain. */
export const analyzer: Analyzer = {
  name: 'abrupt-termination',
  codes: { [CODE]: 'Callers of a workload fail just when its Pods end, and its Pods have no time to drain.' },
  reads: ['Deployment', 'Pod', 'Service', 'Event', 'changes', 'logs'],
  analyze(snapshot) {
    // The failures come in bursts that are over by now; only a reported incident makes them matter.
    if (!isReported(snapshot) || snapshot.logs.all.length === 0) return [];
    const heard = heardFailures(snapshot);
    if (heard.length === 0) return [];
    const endings = endingsByWorkload(snapshot, new Set(heard.flatMap(({ hosts }) => [...hosts.values()].flat())));
    const failures = failuresByCallee(snapshot, heard, endings);
    return [...endings].flatMap(([key, ended]) => judge(snapshot, ended, failures.get(key) ?? []) ?? []);
  },
};

interface Failure {
  readonly caller: Subject;
  readonly stream: LogStream;
  readonly line: LogLine;
  readonly time: Millis;
}

/** A stream that tells of failed calls, with the workloads behind each host it fails to reach. */
interface Heard {
  readonly stream: LogStream;
  readonly hosts: ReadonlyMap<string, readonly string[]>;
}

function failuresByCallee(
  snapshot: Snapshot,
  heard: readonly Heard[],
  ended: Pick<ReadonlyMap<string, unknown>, 'has'>,
): ReadonlyMap<string, readonly Failure[]> {
  const found = new Map<string, Failure[]>();
  for (const { stream, hosts: all } of heard) {
    const hosts = endedBehind(all, ended);
    if (hosts.size === 0) continue;
    const caller = snapshot.topology.component({ kind: 'Pod', namespace: stream.namespace, name: stream.pod });
    for (const line of stream.lines) {
      const callee = line.time === null ? undefined : calleeOf(line, hosts);
      if (callee !== undefined && line.time !== null) append(found, callee, { caller, stream, line, time: line.time });
    }
  }
  return found;
}

function heardFailures(snapshot: Snapshot): readonly Heard[] {
  return snapshot.logs.all.flatMap((stream) => {
    const hosts = new Map<string, readonly string[]>();
    for (const { level, sample, last } of stream.templates) {
      if (level === 'info') continue;
      for (const { text } of [sample, last]) {
        const host = sharedConnectionError(snapshot, text)?.host ?? null;
        const service = host === null ? undefined : serviceAt(snapshot, host, stream.namespace);
        if (host !== null && service) hosts.set(host, workloadsBehind(snapshot, service).map(subjectKey));
      }
    }
    return hosts.size > 0 ? [{ stream, hosts }] : [];
  });
}

/** Of the hosts that lead to a workload whose Pods ended, that workload. */
function endedBehind(
  hosts: Heard['hosts'],
  ended: Pick<ReadonlyMap<string, unknown>, 'has'>,
): ReadonlyMap<string, string> {
  const behind = new Map<string, string>();
  for (const [host, keys] of hosts) {
    const callee = keys.find((key) => ended.has(key));
    if (callee !== undefined) behind.set(host, callee);
  }
  return behind;
}

function calleeOf({ text }: LogLine, hosts: ReadonlyMap<string, string>): string | undefined {
  for (const [host, callee] of hosts) {
    if (text.includes(host) && connectionErrorIn(text)?.host === host) return callee;
  }
  return undefined;
}

function append(map: Map<string, Failure[]>, key: string, failure: Failure): void {
  const list = map.get(key);
  if (list) list.push(failure);
  else map.set(key, [failure]);
}

// Endpoints are withdrawn within seconds of the signal; what fails later fails for another reason.
const LEAD = 2 * SECOND;
const LAG = 20 * SECOND;
// Its successor is found ready a little before a Pod is told to end.
const LAG_AFTER_SUCCESSOR = 40 * SECOND;
const MIN_FAILURES = 3;
const MIN_ALIGNED = 0.8;

function judge(snapshot: Snapshot, endings: readonly Ending[], failures: readonly Failure[]): Finding | null {
  const [ending] = endings;
  if (!ending || failures.length < MIN_FAILURES) return null;
  const aligned = failures.filter(({ time }) =>
    endings.some((end) => time >= end.time - LEAD && time <= end.time + (end.told ? LAG : LAG_AFTER_SUCCESSOR)),
  );
  const [first] = aligned;
  const [view] = snapshot.topology.templates.ofComponent(ending.workload);
  const container = view?.spec.containers?.[0];
  if (!first || !view || !container || aligned.length < failures.length * MIN_ALIGNED || container.lifecycle?.preStop)
    return null;
  const evidence: Evidence[] = [
    ending.proof,
    citeLog(first.stream, first.line),
    citeField(view.object, `${view.path}.containers[name=${container.name}].lifecycle.preStop`),
    citeField(view.object, `${view.path}.terminationGracePeriodSeconds`),
  ];
  return {
    code: CODE,
    subject: ending.workload,
    category: 'abrupt-termination',
    role: 'cause',
    layer: 'change',
    strength: 0.68,
    statement: `${formatSubject(first.caller)} loses requests to ${formatSubject(ending.workload)} just when its Pods end: container \`${container.name}\` has no \`preStop\` that would let it drain`,
    evidence,
    affects: [first.caller],
    since: first.time,
    remediation: [
      edit(
        'patch-lifecycle',
        'R2',
        `Give ${formatSubject(ending.workload)} a preStop delay, and a grace period longer than its requests`,
      ),
    ],
  };
}
