import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastEvent } from '../_shared/freshness.ts';
import { isOnDownNode } from '../_shared/node-pods.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { type ContainerView, containersOf, isGone, type PodObject } from '../_shared/pods.ts';
import { quote } from '../_shared/quote.ts';
import { rollback } from '../_shared/remedies.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';

const CODE = 'container/start-error';

/** Containers the runtime cannot create or start for a reason no finer analyzer knows; generic. */
export const analyzer: Analyzer = {
  name: 'container-start-error',
  codes: { [CODE]: 'A container cannot be created or started, or its start hook fails.' },
  reads: ['Pod', 'Event', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'],
  analyze(snapshot) {
    const stuck = unsettledPods(snapshot).flatMap((pod) => stuckOf(snapshot, pod));
    return groupByRoot(snapshot, stuck, ({ view }) => view.name).map(report);
  },
};

interface Stuck {
  readonly pod: PodObject;
  readonly view: ContainerView;
  readonly reason: string;
  readonly text: string;
  readonly proof: Evidence;
  readonly reasonPath: string;
}

const REASONS = new Set([
  'CreateContainerError',
  'CreateContainerConfigError',
  'RunContainerError',
  'PreCreateHookError',
  'PreStartHookError',
  'PostStartHookError',
]);
// Texts with analyzers of their own: missing configuration, security, limits, commands.
const SPOKEN_FOR =
  /(?:configmap|secret)s? "[^"]+" not found|couldn't find key|non-root|runAsNonRoot|non-numeric user|apparmor|seccomp|sysctl|OOM-killed|memory limit|executable file not found|no such file or directory|exec format error|operating system does not match|memory\.(?:max|limit_in_bytes)|permission denied|operation not permitted/i;

function stuckOf(snapshot: Snapshot, pod: PodObject): Stuck[] {
  if (isGone(pod) || isOnDownNode(snapshot, pod)) return [];
  return containersOf(pod).flatMap((view) => {
    const waiting = view.status?.state?.waiting;
    const ended = endedUnstarted(pod, view);
    if (ended && !SPOKEN_FOR.test(ended.text)) return [{ pod, view, ...ended }];
    const reason = waiting?.reason ?? '';
    if (!REASONS.has(reason)) return [];
    const event = waiting?.message
      ? undefined
      : lastEvent(snapshot, pod, (each) => each.reason.startsWith('Failed') && each.type === 'Warning');
    const text = waiting?.message || event?.message || '';
    if (text === '' || SPOKEN_FOR.test(text)) return [];
    const proof = event ? citeEvent(event) : citeField(pod, `${view.statusPath}.state.waiting.message`);
    return [{ pod, view, reason, text, proof, reasonPath: `${view.statusPath}.state.waiting.reason` }];
  });
}

// containerd and CRI-O end a container they could not start; what waits then is only the back-off.
function endedUnstarted(pod: PodObject, { status, statusPath }: ContainerView): Omit<Stuck, 'pod' | 'view'> | null {
  if (status?.state?.running) return null;
  for (const [path, ended] of [
    ['state.terminated', status?.state?.terminated],
    ['lastState.terminated', status?.lastState?.terminated],
  ] as const) {
    const { reason, message } = ended ?? {};
    if ((reason === 'StartError' || reason === 'ContainerCannotRun') && message)
      return {
        reason,
        text: message,
        proof: citeField(pod, `${statusPath}.${path}.message`),
        reasonPath: `${statusPath}.${path}.reason`,
      };
  }
  return null;
}

function categoryOf(text: string): Category {
  if (/mount|subpath|volume/i.test(text)) return 'volume-mount-failed';
  if (/name .* is reserved|deadline exceeded|connection (?:refused|error)|transport/i.test(text))
    return 'container-runtime-down';
  return 'object-invalid';
}

function report({ subject, entries, root }: PodGroup<Stuck>): Finding {
  const [{ pod, view, reason, text, proof, reasonPath }] = entries;
  const category = categoryOf(text);
  const why = quote(text);
  return {
    code: CODE,
    subject,
    category,
    role: 'cause',
    layer: 'state',
    strength: category === 'container-runtime-down' ? 0.55 : 0.7,
    statement: `Container \`${view.name}\` of ${formatSubject(subject)} cannot be started (\`${reason}\`)${why === '' ? '' : `: ${why}`}`,
    evidence: [proof, citeField(pod, reasonPath)],
    aliases: podSubjects({ subject, root, entries }),
    remediation: rollback(subject),
  };
}
