import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastEvent } from '../_shared/freshness.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { type ContainerView, containersOf, isGone, isReady, type PodObject } from '../_shared/pods.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';

const CODE = 'pod/security-context-denied';

interface Denial {
  readonly pattern: RegExp;
  readonly says: string;
  /** The setting at fault, below the container or the Pod. */
  readonly field: string;
}

const DENIALS: readonly Denial[] = [
  {
    pattern: /runAsNonRoot and image will run as root/i,
    says: 'runAsNonRoot is set and the image runs as root',
    field: 'securityContext',
  },
  {
    pattern: /image has non-numeric user/i,
    says: 'runAsNonRoot is set and the image names its user by a word the kubelet cannot verify',
    field: 'securityContext',
  },
  {
    pattern: /runAsUser breaks non-root policy|runAsNonRoot.*runAsUser/i,
    says: 'runAsNonRoot is set and runAsUser is root',
    field: 'securityContext',
  },
  {
    pattern: /sysctl.*(forbidden|not allow)|forbidden sysctl/i,
    says: 'a sysctl it asks for is not allowed on the Node',
    field: 'spec.securityContext',
  },
  {
    pattern: /cannot enforce AppArmor|AppArmor.*(profile|not (?:loaded|found|enabled|supported))/i,
    says: 'the AppArmor profile it asks for cannot be enforced',
    field: 'securityContext',
  },
  {
    pattern: /seccomp.*(profile|cannot|failed|no such file)/i,
    says: 'the seccomp profile it asks for cannot be loaded',
    field: 'securityContext',
  },
  {
    pattern: /(?:setns|apply caps|capabilit).*operation not permitted|no_?new_?privs/i,
    says: 'the runtime refuses its capabilities or privileges',
    field: 'securityContext',
  },
];

/** Pods that cannot start because their security context contradicts the image or the Node. */
export const analyzer: Analyzer = {
  name: 'security-context-denied',
  codes: { [CODE]: 'A container cannot be created because its security context contradicts the image or the Node.' },
  reads: ['Pod', 'Event', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'],
  analyze(snapshot) {
    const denied = unsettledPods(snapshot).flatMap((pod) => deniedOf(snapshot, pod));
    return groupByRoot(snapshot, denied, ({ denial }) => denial.says).map((group) => report(snapshot, group));
  },
};

interface Denied {
  readonly pod: PodObject;
  readonly view: ContainerView | null;
  readonly denial: Denial;
  readonly proof: Evidence;
}

const CREATE_ERRORS = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'CrashLoopBackOff',
]);

function deniedOf(snapshot: Snapshot, pod: PodObject): Denied[] {
  if (isGone(pod) || isReady(pod)) return [];
  const whole =
    pod.status?.phase === 'Failed' ? denialIn(`${pod.status.reason ?? ''} ${pod.status.message ?? ''}`) : null;
  if (whole && !snapshot.owners.parent(pod))
    return [{ pod, view: null, denial: whole, proof: citeField(pod, 'status.message') }];
  for (const view of containersOf(pod)) {
    const { status, statusPath } = view;
    if (!CREATE_ERRORS.has(status?.state?.waiting?.reason ?? '')) continue;
    const waiting = denialIn(status?.state?.waiting?.message ?? '');
    if (waiting) return [{ pod, view, denial: waiting, proof: citeField(pod, `${statusPath}.state.waiting.message`) }];
    const ended = denialIn(status?.lastState?.terminated?.message ?? '');
    if (ended)
      return [{ pod, view, denial: ended, proof: citeField(pod, `${statusPath}.lastState.terminated.message`) }];
    if (status?.state?.waiting?.reason !== 'CreateContainerConfigError') continue;
    const event = lastEvent(snapshot, pod, ({ reason, message }) => reason === 'Failed' && denialIn(message) !== null);
    const told = event && denialIn(event.message);
    if (event && told) return [{ pod, view, denial: told, proof: citeEvent(event) }];
  }
  return [];
}

function denialIn(text: string): Denial | null {
  return DENIALS.find(({ pattern }) => pattern.test(text)) ?? null;
}

function report(snapshot: Snapshot, group: PodGroup<Denied>): Finding {
  const { subject } = group;
  const [{ pod, view, denial, proof }] = group.entries;
  const who = view ? `Container \`${view.name}\` of ${formatSubject(subject)}` : formatSubject(subject);
  return {
    code: CODE,
    subject,
    category: 'security-context-denied',
    role: 'cause',
    layer: 'state',
    strength: 0.95,
    statement: `${who} cannot be created: ${denial.says}`,
    evidence: [
      proof,
      citePodSpec(snapshot, pod, 'spec.securityContext'),
      ...(view && denial.field === 'securityContext'
        ? [citePodSpec(snapshot, pod, `${view.specPath}.securityContext`)]
        : []),
    ],
    aliases: podSubjects(group),
    ruledOut: [
      {
        category: 'secret-missing',
        statement: 'The message of the waiting container names no missing ConfigMap or Secret',
        evidence: [proof],
      },
    ],
    remediation: [
      ...rollback(subject),
      edit(
        'patch-security-context',
        'R2',
        `Set a numeric non-root runAsUser the image supports on ${formatSubject(subject)}, or restore the former security context`,
        ['Privileges are never widened automatically'],
      ),
    ],
  };
}
