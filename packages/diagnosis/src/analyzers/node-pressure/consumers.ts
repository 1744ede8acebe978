import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, sameSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { citeChange } from '../../evidence/cite.ts';
import { citeSignal } from '../../evidence/cite-metrics.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { SignalName } from '../../metrics/vocabulary.ts';
import { formatMeasure } from '../../metrics/units.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type NodeObject, podsOn } from '../_shared/node-pods.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { recentChange } from '../_shared/recent-change.ts';
import { rootOf } from '../_shared/workloads.ts';

/** The workload that uses most of what a Node lacks. */
export interface Consumer {
  readonly subject: Subject;
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

// One Pod is only worth naming when it stands out from the rest.
const SHARE = 0.4;

const SIGNAL: Readonly<Partial<Record<string, SignalName>>> = { MemoryPressure: 'memory', PIDPressure: 'threads' };

/** The Pod that uses most of a Node's memory or process ids, when it stands out; without metrics the one that may take any memory and is new. */
export function greediest(snapshot: Snapshot, node: NodeObject, pressure: string): Consumer | null {
  const name = SIGNAL[pressure];
  if (!name) return null;
  const signals = signalsOf(snapshot);
  const uses = podsOn(snapshot, node.metadata.name).flatMap((pod) => {
    const signal = signals.of(name, subjectOf(pod));
    const peak = signal ? Math.max(...signal.samples.map(([, value]) => value)) : 0;
    return signal && peak > 0 ? [{ pod, signal, peak }] : [];
  });
  uses.sort(
    (left, right) =>
      right.peak - left.peak || (subjectKey(subjectOf(left.pod)) < subjectKey(subjectOf(right.pod)) ? -1 : 1),
  );
  const [top] = uses;
  const total = uses.reduce((sum, { peak }) => sum + peak, 0);
  if (!top && name === 'memory') return newcomer(snapshot, node);
  if (!top || uses.length < 2 || top.peak < SHARE * total) return null;
  const subject = rootOf(snapshot, top.pod);
  const unlimited =
    name === 'memory' &&
    (top.pod.spec?.containers ?? []).find(({ resources }) => resources?.limits?.['memory'] === undefined);
  return {
    subject,
    text: `; most of ${name === 'memory' ? 'it is' : 'them are'} used by ${formatSubject(subject)}${name === 'memory' ? '' : `, ${formatMeasure(top.peak, 'count')} threads`}${unlimited ? `, whose container \`${unlimited.name}\` has no memory limit` : ''}`,
    evidence: [
      citeSignal(top.signal),
      ...(unlimited
        ? [citePodSpec(snapshot, top.pod, `spec.containers[name=${unlimited.name}].resources.limits.memory`)]
        : []),
    ],
  };
}

// A rollout fills a Node's memory within the hour or not at all.
const LATELY = 90 * MINUTE;

/** Without metrics: the one workload of a Node that may take any amount of memory and was changed lately; null when there are more or none. */
function newcomer(snapshot: Snapshot, node: NodeObject): Consumer | null {
  const suspects = podsOn(snapshot, node.metadata.name).flatMap((pod) => {
    const unlimited = (pod.spec?.containers ?? []).find(({ resources }) => resources?.limits?.['memory'] === undefined);
    const subject = rootOf(snapshot, pod);
    const change = recentChange(snapshot, subject);
    const recent = change !== undefined && snapshot.now - change.time <= LATELY;
    return unlimited && recent && pod.status?.phase === 'Running' ? [{ pod, subject, unlimited, change }] : [];
  });
  const [only] = suspects;
  if (!only || suspects.some(({ subject }) => !sameSubject(subject, only.subject))) return null;
  const { pod, subject, unlimited, change } = only;
  return {
    subject,
    text: `; ${formatSubject(subject)}, whose container \`${unlimited.name}\` has no memory limit, was changed shortly before`,
    evidence: [
      citePodSpec(snapshot, pod, `spec.containers[name=${unlimited.name}].resources.limits.memory`),
      citeChange(change),
    ],
  };
}
