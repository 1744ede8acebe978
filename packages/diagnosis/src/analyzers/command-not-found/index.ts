import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isSuperseded } from '../_shared/container-death.ts';
import { lastEvent } from '../_shared/freshness.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { logHits, quote } from '../_shared/log-hits.ts';
import { isOnDownNode } from '../_shared/node-pods.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { type ContainerView, containersOf, isGone, type PodObject } from '../_shared/pods.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { suspectChange } from '../_shared/suspect-change.ts';
import { readCommandError, readStartError } from './patterns.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';

const CODE = 'container/command-not-found';

/** Containers whose command, entry point or arguments do not exist in their image. */
export const analyzer: Analyzer = {
  name: 'command-not-found',
  codes: { [CODE]: 'A container cannot run its command: the program, script or option does not exist in the image.' },
  reads: ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicaSet', 'Event', 'logs'],
  analyze(snapshot) {
    const refused = unsettledPods(snapshot).flatMap((pod) => refusedStarts(snapshot, pod));
    const started = groupByRoot(snapshot, refused, ({ view }) => view.name).map((group) =>
      reportRefused(snapshot, group),
    );
    const known = new Set(started.map(({ subject }) => formatSubject(subject)));
    const hits = logHits(snapshot, readCommandError).filter(
      ({ mode, stream }) => mode === 'crash' && isShort(stream.totalLines),
    );
    const said = groupByRoot(snapshot, hits, ({ view }) => view.name).filter(
      ({ subject }) => !known.has(formatSubject(subject)),
    );
    return [
      ...started,
      ...said.map((group) => {
        const { view, match, pod, since } = group.entries[0];
        const evidence = commandEvidence(snapshot, { pod, view });
        const change = suspectChange(snapshot, group.subject, /\.(command|args|image|workingDir)$/, since);
        return logFinding(group, {
          code: CODE,
          category: 'command-not-found',
          strength: match.firm ? 0.9 : 0.8,
          says: `Container \`${view.name}\` of ${formatSubject(group.subject)} cannot run its command: \`${match.text}\``,
          evidence: [...evidence, ...(change ? [change.evidence] : [])],
          ...(change ? { change: change.change.id } : {}),
          remediation: remedies(group.subject),
        });
      }),
    ];
  },
};

// A program that cannot start says little; a long log is a program that ran.
function isShort(lines: number): boolean {
  return lines <= 60;
}

interface RefusedStart {
  readonly pod: PodObject;
  readonly view: ContainerView;
  readonly text: string;
  readonly evidence: Evidence;
}

const REFUSED = /^(?:StartError|ContainerCannotRun|RunContainerError|CreateContainerError)$/;

function refusedStarts(snapshot: Snapshot, pod: PodObject): RefusedStart[] {
  if (isGone(pod) || isOnDownNode(snapshot, pod) || isSuperseded(snapshot, pod)) return [];
  return containersOf(pod).flatMap((view) => {
    if (view.status?.state?.running) return [];
    const { state, lastState } = view.status ?? {};
    const candidates = [
      { text: state?.waiting?.message, path: 'state.waiting.message' },
      { text: state?.terminated?.message, path: 'state.terminated.message' },
      {
        text: REFUSED.test(lastState?.terminated?.reason ?? '') ? lastState?.terminated?.message : null,
        path: 'lastState.terminated.message',
      },
    ];
    for (const { text, path } of candidates) {
      const read = text ? readStartError(text) : null;
      if (read) return [{ pod, view, text: read, evidence: citeField(pod, `${view.statusPath}.${path}`) }];
    }
    return fromEvent(snapshot, pod, view);
  });
}

function fromEvent(snapshot: Snapshot, pod: PodObject, view: ContainerView): RefusedStart[] {
  if (view.status?.ready !== false || !(view.status.state?.waiting || view.status.state?.terminated)) return [];
  const event = lastEvent(
    snapshot,
    pod,
    ({ reason, message }) => reason === 'Failed' && readStartError(message) !== null,
  );
  const read = event ? readStartError(event.message) : null;
  // Events name no container in their text; only with one container is it sure whose command it is.
  return event && read && (pod.spec?.containers ?? []).length + (pod.spec?.initContainers ?? []).length === 1
    ? [{ pod, view, text: read, evidence: citeEvent(event) }]
    : [];
}

function reportRefused(snapshot: Snapshot, group: PodGroup<RefusedStart>): Finding {
  const { subject } = group;
  const [{ pod, view, text, evidence }] = group.entries;
  const said = quote([evidence], text);
  const change = suspectChange(snapshot, subject, /\.(command|args|image|workingDir)$/);
  return {
    code: CODE,
    subject,
    category: 'command-not-found',
    role: 'cause',
    layer: 'state',
    strength: 0.95,
    statement: `Container \`${view.name}\` of ${formatSubject(subject)} cannot start: the runtime cannot execute its command${said === '' ? '' : ` (${said})`}`,
    evidence: [evidence, ...commandEvidence(snapshot, { pod, view }), ...(change ? [change.evidence] : [])],
    aliases: podSubjects(group),
    ...(change ? { change: change.change.id } : {}),
    remediation: remedies(subject),
  };
}

function commandEvidence(snapshot: Snapshot, { pod, view }: { pod: PodObject; view: ContainerView }): Evidence[] {
  return [
    citePodSpec(snapshot, pod, `${view.specPath}.command`),
    ...(view.spec?.args ? [citePodSpec(snapshot, pod, `${view.specPath}.args`)] : []),
  ];
}

function remedies(subject: Finding['subject']) {
  return [
    ...rollback(subject),
    edit('patch-command', 'R2', `Restore the command and arguments of ${formatSubject(subject)}`),
  ];
}
