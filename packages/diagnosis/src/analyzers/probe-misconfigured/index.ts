import { formatSubject } from '@headwater/core/subject.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Analyzer, Finding, RuledOutFact } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastDeath } from '../_shared/container-death.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { passingProbes, type ProbeFailure, probeFailures } from '../_shared/probe-failures.ts';
import { judgeProbe, type ProbeVerdict } from '../_shared/probe-verdict.ts';
import { edit, rollback } from '../_shared/remedies.ts';

/** Probes that fail through their own fault: port, protocol, path, timing or command. */
export const analyzer: Analyzer = {
  name: 'probe-misconfigured',
  codes: {
    'probe/liveness-port':
      'The liveness probe asks a port nothing listens on; the container is killed although it works.',
    'probe/liveness-protocol': 'The liveness probe speaks a protocol, or asks a path, the container does not answer.',
    'probe/liveness-timing': 'The liveness probe kills the container before it can have started or answered.',
    'probe/liveness-command': 'The liveness probe runs a command the image does not have.',
    'probe/readiness-port': 'The readiness probe asks a port nothing listens on; the Pod never becomes ready.',
    'probe/readiness-protocol': 'The readiness probe speaks a protocol, or asks a path, the container does not answer.',
    'probe/readiness-timing': 'The readiness probe gives too little time, or is asked much too late.',
    'probe/readiness-command': 'The readiness probe runs a command the image does not have.',
    'probe/startup-port': 'The startup probe asks a port nothing listens on.',
    'probe/startup-protocol': 'The startup probe speaks a protocol, or asks a path, the container does not answer.',
    'probe/startup-timing': 'The startup probe gives up before the container can have started.',
    'probe/startup-command': 'The startup probe runs a command the image does not have.',
  },
  reads: ['Pod', 'Event', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'logs'],
  analyze(snapshot) {
    const judged = probeFailures(snapshot).flatMap((failure) => {
      const verdict = judgeProbe(snapshot, failure);
      return verdict.variant === 'app' ? [] : [{ ...failure, verdict }];
    });
    const groups = groupByRoot(
      snapshot,
      judged,
      ({ kind, view, verdict }) => `${view.name} ${kind} ${verdict.variant}`,
    );
    return groups.map((group) => report(snapshot, group));
  },
};

type Judged = ProbeFailure & { readonly verdict: ProbeVerdict };

function report(snapshot: Snapshot, group: PodGroup<Judged>): Finding {
  const { subject } = group;
  const [failure] = group.entries;
  const { view, kind, cite, event, verdict } = failure;
  return {
    code: `probe/${kind}-${verdict.variant}`,
    subject,
    category: 'probe-misconfigured',
    role: 'cause',
    layer: 'state',
    strength: verdict.strength,
    statement: `The ${kind} probe of container \`${view.name}\` of ${formatSubject(subject)} ${verdict.says}`,
    evidence: [cite(), ...(event ? [citeEvent(event)] : []), ...verdict.evidence, ...effect(failure)],
    aliases: podSubjects(group),
    since: event?.first ?? null,
    ruledOut: works(failure),
    remediation: [
      edit('patch-probe', 'R2', `Correct the ${kind} probe of container ${view.name} of ${formatSubject(subject)}`, [
        'The corrected probe succeeds against a running Pod',
      ]),
      ...rollback(subject, 'R1'),
    ],
  };
}

function effect({ pod, view, kind, killing }: Judged): Evidence[] {
  if (kind === 'readiness') return [citeField(pod, `${view.statusPath}.ready`)];
  const death = lastDeath(view);
  return [
    ...(killing ? [citeEvent(killing)] : []),
    citeField(pod, `${view.statusPath}.restartCount`),
    ...(death ? [citeField(pod, death.path)] : []),
  ];
}

// The application itself is the tempting answer; another probe that passes speaks for it.
function works(failure: Judged): RuledOutFact[] {
  const [other] = passingProbes(failure);
  if (!other) return [];
  const { pod, view } = failure;
  const field = other.kind === 'readiness' ? 'ready' : 'restartCount';
  return [
    {
      category: 'app-crash',
      statement: `The application itself answers: the ${other.kind} probe of container \`${view.name}\` passes`,
      evidence: [citeField(pod, `${view.specPath}.${other.kind}Probe`), citeField(pod, `${view.statusPath}.${field}`)],
    },
  ];
}
