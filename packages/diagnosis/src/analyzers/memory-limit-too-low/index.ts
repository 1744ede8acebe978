import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastEvent } from '../_shared/freshness.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { type ContainerView, containersOf, isGone, isReady, type PodObject } from '../_shared/pods.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';

const CODE = 'container/memory-limit-too-low';

// runc, crun and Docker in their own words; all of them mean that the limit leaves no room for the runtime's own first process.
const TOO_LOW =
  /OOM-killed \(memory limit too low|minimum memory limit|memory limit (?:is )?too low|(?:set|write|setting)[^"]{0,60}memory\.(?:max|limit_in_bytes)[^"]{0,80}(?:busy|invalid|permitted)/i;

// The runtime's first process vanished without a word. Only a limit it cannot live with explains that.
const VANISHED =
  /container init caused:? ?(?:\\*"){0,3}(?:\s*(?:: unknown)?$|(?:read|write) init-p: (?:connection reset by peer|broken pipe))|(?:read|write) init-p: (?:connection reset|broken pipe)|cannot start a container that has stopped/i;
const NO_ROOM_FOR_INIT = 20 * 1024 * 1024;

/** Containers whose memory limit leaves no room even for starting them. */
export const analyzer: Analyzer = {
  name: 'memory-limit-too-low',
  codes: { [CODE]: 'The memory limit is too small for the container or its sandbox to be created at all.' },
  reads: ['Pod', 'Event', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicaSet'],
  analyze(snapshot) {
    const stuck = unsettledPods(snapshot).flatMap((pod) => stuckOf(snapshot, pod));
    return groupByRoot(snapshot, stuck).map((group) => report(snapshot, group));
  },
};

interface Stuck {
  readonly pod: PodObject;
  readonly proof: Evidence;
  /** The runtime named the limit itself. */
  readonly isNamed: boolean;
}

function stuckOf(snapshot: Snapshot, pod: PodObject): Stuck[] {
  if (isGone(pod) || isReady(pod)) return [];
  const views = containersOf(pod);
  if (views.length > 0 && views.every(({ status }) => status?.state?.running)) return [];
  const isTiny = (smallestLimit(views)?.bytes ?? Number.POSITIVE_INFINITY) <= NO_ROOM_FOR_INIT;
  for (const words of isTiny ? [TOO_LOW, VANISHED] : [TOO_LOW]) {
    const proof = proofOf(snapshot, pod, words);
    if (proof) return [{ pod, proof, isNamed: words === TOO_LOW }];
  }
  return [];
}

function proofOf(snapshot: Snapshot, pod: PodObject, words: RegExp): Evidence | null {
  for (const { status, statusPath } of containersOf(pod)) {
    if (words.test(status?.state?.waiting?.message ?? '')) return citeField(pod, `${statusPath}.state.waiting.message`);
    if (words.test(status?.state?.terminated?.message ?? ''))
      return citeField(pod, `${statusPath}.state.terminated.message`);
    if (words.test(status?.lastState?.terminated?.message ?? ''))
      return citeField(pod, `${statusPath}.lastState.terminated.message`);
  }
  const event = lastEvent(snapshot, pod, ({ message }) => words.test(message));
  return event ? citeEvent(event) : null;
}

function report(snapshot: Snapshot, group: PodGroup<Stuck>): Finding {
  const { subject } = group;
  const [{ pod, proof, isNamed }] = group.entries;
  const tightest = smallestLimit(containersOf(pod))?.view;
  const limit = tightest?.spec?.resources?.limits?.['memory'];
  const named = tightest ? `: container \`${tightest.name}\` may use \`${limit}\`` : '';
  return {
    code: CODE,
    subject,
    category: 'memory-limit-too-low-to-start',
    role: 'cause',
    layer: 'state',
    strength: !isNamed ? 0.8 : tightest ? 0.95 : 0.85,
    statement: `The memory limit of ${formatSubject(subject)} is too low for its Pods to start${named}, and the runtime's first process ${isNamed ? 'was OOM-killed or refused' : 'died at once'}`,
    evidence: [
      proof,
      ...(tightest ? [citePodSpec(snapshot, pod, `${tightest.specPath}.resources.limits.memory`)] : []),
    ],
    aliases: podSubjects(group),
    remediation: [
      ...rollback(subject, 'R1'),
      edit('patch-resources', 'R2', `Raise the memory limit of ${formatSubject(subject)}`),
    ],
  };
}

function smallestLimit(views: readonly ContainerView[]): { view: ContainerView; bytes: number } | undefined {
  const limited = views.flatMap((view) => {
    const bytes = parseQuantity(view.spec?.resources?.limits?.['memory']);
    return bytes === null ? [] : [{ view, bytes }];
  });
  return limited.sort((left, right) => left.bytes - right.bytes)[0];
}
