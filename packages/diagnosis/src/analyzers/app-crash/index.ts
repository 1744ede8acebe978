import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeField, citeLog } from '../../evidence/cite.ts';
import { causeChain } from '../../logs/cause-chain.ts';
import { type ErrorAnchor, errorAnchors, firstError, lastError } from '../../logs/first-error.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { LogStream } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type Death, isSuperseded, lastDeath } from '../_shared/container-death.ts';
import { distinct } from '../_shared/log-finding.ts';
import { quote } from '../_shared/log-hits.ts';
import { isCrashLooping } from '../_shared/log-scenes.ts';
import { isOnDownNode } from '../_shared/node-pods.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { type ContainerView, containersOf, isGone, type PodObject } from '../_shared/pods.ts';
import { rollback } from '../_shared/remedies.ts';
import { lastChange } from '../_shared/suspect-change.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';
import { unreachedServers } from './unreached.ts';
import { rootOf } from '../_shared/workloads.ts';

const CODE = 'container/app-crash';

/** Containers in a crash loop whose program ended by itself: the answer when nothing finer is known. */
export const analyzer: Analyzer = {
  name: 'app-crash',
  codes: { [CODE]: 'A container keeps ending by itself.' },
  reads: ['Pod', 'Deployment', 'ReplicaSet', 'Event', 'logs'],
  analyze(snapshot) {
    const crashes = unsettledPods(snapshot).flatMap((pod) => crashesOf(snapshot, pod));
    return groupByRoot(snapshot, crashes, ({ view }) => view.name).map((group) => report(snapshot, group));
  },
};

interface Crash {
  readonly pod: PodObject;
  readonly view: ContainerView;
  readonly death: Death | null;
}

// Ended or refused from outside: the kernel, the runtime, the kubelet's probes.
const NOT_ITSELF = /^(?:OOMKilled|StartError|ContainerCannotRun|Evicted|DeadlineExceeded)$/;

function crashesOf(snapshot: Snapshot, pod: PodObject): Crash[] {
  if (isGone(pod) || isOnDownNode(snapshot, pod) || /^(?:Job|CronJob)$/.test(rootOf(snapshot, pod).kind)) return [];
  // Evicted or failed for good: its controller has made another in its place.
  if (isSuperseded(snapshot, pod)) return [];
  return containersOf(pod).flatMap((view) => {
    const death = lastDeath(view) ?? quietEnd(view);
    if (view.init || !isCrashLooping(snapshot, view, death)) return [];
    if (NOT_ITSELF.test(death?.how.reason ?? '') || isKilledByProbe(snapshot, pod, death)) return [];
    return [{ pod, view, death }];
  });
}

/** An end with exit code 0, which is a failure too for a container that should go on. */
function quietEnd({ status, statusPath }: ContainerView): Death | null {
  const how = status?.lastState?.terminated;
  return how ? { how, path: `${statusPath}.lastState.terminated`, at: null, down: true } : null;
}

function isKilledByProbe(snapshot: Snapshot, pod: PodObject, death: Death | null): boolean {
  if (death && ![137, 143, 0].includes(death.how.exitCode ?? -1)) return false;
  const subject = { kind: 'Pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name };
  return snapshot.events
    .of(subject, 'Killing')
    .some(({ message, stale }) => !stale && /failed (?:liveness|startup) probe/i.test(message));
}

function report(snapshot: Snapshot, group: PodGroup<Crash>): Finding {
  const { subject } = group;
  const [{ pod, view, death }] = group.entries;
  const stream = streamOf(snapshot, pod, view);
  const said = stream ? lastWords(stream) : null;
  const change = lastChange(snapshot, subject, death?.at ?? null);
  const restarts = view.status?.restartCount ?? 0;
  const down = said ? unreachedServers(snapshot, subject, said.text) : [];
  const code = death?.how.exitCode;
  return {
    code: CODE,
    subject,
    category: 'app-crash',
    role: down.length > 0 ? 'symptom' : 'cause',
    layer: 'state',
    strength: said ? 0.58 : 0.5,
    statement: `Container \`${view.name}\` of ${formatSubject(subject)} keeps ending${code == null ? '' : ` with exit code ${code}`}${restarts > 0 ? ` (${restarts} restarts)` : ''}${said?.words ?? ''}`,
    evidence: distinct([
      citeField(pod, `${view.statusPath}.restartCount`),
      ...(death
        ? [citeField(pod, `${death.path}.exitCode`)]
        : [citeField(pod, `${view.statusPath}.state.waiting.reason`)]),
      ...(said?.evidence ?? []),
      ...(change ? [change.evidence] : []),
    ]),
    aliases: podSubjects(group),
    ...(down.length > 0 ? { blames: down } : {}),
    since: death?.at ?? null,
    ...(change ? { change: change.change.id } : {}),
    remediation: change && change.change.source === 'rollout' ? rollback(subject) : [inspect(subject)],
  };
}

function inspect(subject: Subject) {
  return {
    action: 'none',
    risk: 'R0' as const,
    statement: `Read the last log lines of ${formatSubject(subject)}: nothing known explains them`,
    preconditions: [],
    undo: 'None needed',
  };
}

function streamOf(snapshot: Snapshot, pod: PodObject, view: ContainerView): LogStream | undefined {
  const get = (previous: boolean): LogStream | undefined =>
    snapshot.logs.get(pod.metadata.namespace ?? '', pod.metadata.name, view.name, previous);
  return view.status?.state?.running ? (get(true) ?? get(false)) : (get(false) ?? get(true));
}

function lastWords(stream: LogStream): { words: string; text: string; evidence: Evidence[] } | null {
  const anchor = anchorOf(stream);
  if (!anchor) return null;
  const evidence = [citeLog(stream, anchor.line)];
  const inner = causeChain(stream, anchor.line).at(-1);
  const innerLine = inner === undefined ? undefined : anchor.record.find(({ text }) => text.includes(inner));
  if (innerLine && innerLine.n !== anchor.line.n) evidence.push(citeLog(stream, innerLine));
  const text = quote(evidence, inner ?? anchor.line.text);
  return { words: text === '' ? '' : `; it says ${text}`, text: inner ?? anchor.line.text, evidence };
}

// What ended it stands near the end when it is named as the end; else the first failure led to the others.
function anchorOf(stream: LogStream): ErrorAnchor | null {
  const first = firstError(stream);
  const last = lastError(stream);
  if (!first || !last) return first;
  const isFatal = (anchor: ErrorAnchor): boolean => FATAL.test(anchor.line.text);
  if (isFatal(first) || !isFatal(last)) return first;
  return errorAnchors(stream).find((anchor) => isFatal(anchor) && anchor.line.n > last.line.n - NEAR_END) ?? last;
}

const FATAL = /panic|fatal|traceback|exception|unhandled|uncaught|abort/i;
const NEAR_END = 20;
