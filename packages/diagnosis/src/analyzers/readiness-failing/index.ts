import { formatSubject } from '@headwater/core/subject.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { type ProbeFailure, probeFailures } from '../_shared/probe-failures.ts';
import { judgeProbe, type ProbeVerdict } from '../_shared/probe-verdict.ts';
import { rollback } from '../_shared/remedies.ts';

/** Applications that fail a probe which is itself right; generic, for when nothing finer is found. */
export const analyzer: Analyzer = {
  name: 'readiness-failing',
  codes: {
    'health/readiness-failing': 'The readiness probe is right and the application does not pass it.',
    'health/liveness-failing': 'The liveness probe is right, the application does not pass it and is restarted.',
    'health/startup-failing': 'The startup probe is right, the application does not pass it and is restarted.',
  },
  reads: ['Pod', 'Event', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'logs'],
  analyze(snapshot) {
    const failing = probeFailures(snapshot).flatMap((failure) => {
      const verdict = judgeProbe(snapshot, failure);
      return verdict.variant === 'app' ? [{ ...failure, verdict }] : [];
    });
    return groupByRoot(snapshot, failing, ({ kind, view }) => `${view.name} ${kind}`).map((group) =>
      report(snapshot, group),
    );
  },
};

function report(snapshot: Snapshot, group: PodGroup<ProbeFailure & { readonly verdict: ProbeVerdict }>): Finding {
  const { subject } = group;
  const [{ pod, view, kind, cite, event, verdict }] = group.entries;
  const effect = kind === 'readiness' ? 'it does not become ready' : 'it is restarted';
  return {
    code: `health/${kind}-failing`,
    subject,
    category: 'readiness-failing',
    role: 'cause',
    layer: 'saturation',
    strength: verdict.strength,
    statement: `Container \`${view.name}\` of ${formatSubject(subject)} fails its ${kind} probe, so ${effect}: the probe ${verdict.says}`,
    evidence: [
      cite(),
      ...(event ? [citeEvent(event)] : []),
      citeField(pod, `${view.statusPath}.${kind === 'readiness' ? 'ready' : 'restartCount'}`),
      ...verdict.evidence,
    ],
    aliases: podSubjects(group),
    since: event?.first ?? null,
    remediation: rollback(subject),
  };
}
