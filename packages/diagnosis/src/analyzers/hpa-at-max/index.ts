import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeAlert, citeField } from '../../evidence/cite.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { signalsOf } from '../../metrics/signals.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { firingAlerts } from '../_shared/firing-alerts.ts';
import { worstShift } from '../_shared/node-hogs.ts';
import { isReady } from '../_shared/pods.ts';
import { edit } from '../_shared/remedies.ts';
import { wordsOf } from '../_shared/shift-words.ts';

const CODE = 'autoscaling/at-max';
type Autoscaler = ObjectOf<'HorizontalPodAutoscaler'>;

/** Autoscalers that want more replicas than they may have. */
export const analyzer: Analyzer = {
  name: 'hpa-at-max',
  codes: { [CODE]: 'An autoscaler has reached its ceiling and wants more replicas.' },
  reads: ['HorizontalPodAutoscaler', 'Pod', 'metrics', 'alerts'],
  analyze(snapshot) {
    const read = snapshot.objects.list('HorizontalPodAutoscaler').flatMap((object) => judge(snapshot, object) ?? []);
    const known = new Set(
      snapshot.objects.list('HorizontalPodAutoscaler').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    );
    const measured = signalsOf(snapshot)
      .all('hpa-current')
      .flatMap((signal) => {
        const { namespace = '', name } = signal.subject;
        return known.has(`${namespace}/${name}`) ? [] : (fromMetrics(snapshot, signal.subject) ?? []);
      });
    return [...read, ...measured];
  },
};

function judge(snapshot: Snapshot, object: Autoscaler): Finding | null {
  const { spec, status, metadata } = object;
  const max = spec?.maxReplicas;
  if (max == null || status?.currentReplicas == null || status.currentReplicas < max) return null;
  const limited = status.conditions?.find(
    ({ type, status: state, reason }) => type === 'ScalingLimited' && state === 'True' && reason === 'TooManyReplicas',
  );
  const alert = alertOf(snapshot, metadata.namespace ?? '', metadata.name);
  const target = targetOf(snapshot, object);
  const felt = target ? worstShift(snapshot, target) : null;
  // At its ceiling and content: the ceiling is simply what it needs.
  if (!limited && !alert && !felt) return null;
  const subject = subjectOf(object);
  const pods = target ? snapshot.owners.pods(target) : [];
  const unready = pods.filter((pod) => !isReady(pod));
  return {
    ...base(subject, target),
    // With Pods that do not work more of them would not help: why they do not is the question.
    role: pods.length > 0 && unready.length * 2 > pods.length ? 'symptom' : 'cause',
    strength: (limited ? 0.74 : 0.62) + (felt ? 0.12 : 0),
    statement: `${formatSubject(subject)} is at its ceiling of ${max} replicas${limited ? ' and wants more' : ''}${felt ? `; ${formatSubject(felt.signal.subject)}: ${wordsOf(felt)}` : ''}`,
    evidence: [
      citeField(object, 'spec.maxReplicas'),
      citeField(object, 'status.currentReplicas'),
      ...(limited ? [citeField(object, 'status.conditions[type=ScalingLimited]')] : []),
      ...(felt ? [citeShift(felt)] : []),
      ...(alert ? [citeAlert(alert)] : []),
    ],
    since: parseTime(limited?.lastTransitionTime) ?? alert?.startsAt ?? null,
  };
}

/** What kube-state-metrics tells of an autoscaler that was not read: at its ceiling, and an alert says it matters. */
function fromMetrics(snapshot: Snapshot, subject: Subject): Finding | null {
  const current = signalsOf(snapshot).of('hpa-current', subject);
  const max = signalsOf(snapshot).of('hpa-max', subject);
  const alert = alertOf(snapshot, subject.namespace ?? '', subject.name);
  const [now, ceiling] = [current?.samples.at(-1)?.[1], max?.samples.at(-1)?.[1]];
  if (!current || !max || !alert || now === undefined || ceiling === undefined || now < ceiling) return null;
  return {
    ...base(subject, null),
    role: 'cause',
    strength: 0.62,
    statement: `${formatSubject(subject)} is at its ceiling of ${ceiling} replicas`,
    evidence: [citeSignal(current), citeSignal(max), citeAlert(alert)],
    since: alert.startsAt,
  };
}

function alertOf(
  snapshot: Snapshot,
  namespace: string,
  name: string,
): ReturnType<typeof firingAlerts>[number] | undefined {
  return firingAlerts(snapshot, /hpa.*max|autoscaler.*max/i).find(
    ({ labels }) => (labels['horizontalpodautoscaler'] ?? labels['hpa']) === name && labels['namespace'] === namespace,
  );
}

function targetOf(snapshot: Snapshot, { spec, metadata }: Autoscaler): Subject | null {
  const reference = spec?.scaleTargetRef;
  if (!reference?.kind || !reference.name) return null;
  const object = snapshot.objects.get(reference.kind, metadata.namespace, reference.name);
  return object ? subjectOf(object) : null;
}

function base(
  subject: Subject,
  target: Subject | null,
): Pick<Finding, 'code' | 'subject' | 'aliases' | 'category' | 'layer' | 'remediation'> {
  return {
    code: CODE,
    subject,
    ...(target ? { aliases: [target] } : {}),
    category: 'hpa-at-max',
    layer: 'saturation',
    remediation: [
      edit('patch-hpa', 'R2', `Raise the ceiling of ${formatSubject(subject)}`, [
        'Nodes, quota and what the workload calls have room for more replicas',
      ]),
    ],
  };
}
