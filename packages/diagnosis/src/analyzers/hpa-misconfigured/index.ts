import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import { HOUR, MINUTE } from '@headwater/core/time.ts';
import { citeAbsent, citeEvent, citeField } from '../../evidence/cite.ts';
import { citeSignal } from '../../evidence/cite-metrics.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isWithin, RECENT } from '../_shared/freshness.ts';
import { type Hpa, hpaCondition, hpaFailure, targetOf } from '../_shared/hpa.ts';
import { edit } from '../_shared/remedies.ts';

/** Autoscalers whose own specification keeps them from doing their work. */
export const analyzer: Analyzer = {
  name: 'hpa-misconfigured',
  codes: {
    'autoscaling/target-missing': 'An autoscaler names a target that does not exist.',
    'autoscaling/target-not-scalable': 'An autoscaler names a kind that cannot be scaled.',
    'autoscaling/min-above-max': 'An autoscaler wants at least more replicas than at most.',
    'autoscaling/two-autoscalers': 'Two autoscalers scale one workload.',
    'autoscaling/threshold-too-low': 'An autoscaler is held at its maximum by a threshold that idle Pods exceed.',
    'autoscaling/flapping': 'An autoscaler scales up and down without rest.',
  },
  reads: ['HorizontalPodAutoscaler', 'Deployment', 'StatefulSet', 'Event'],
  analyze: (snapshot) => {
    const hpas = snapshot.objects.list('HorizontalPodAutoscaler');
    const byTarget = Map.groupBy(hpas, (hpa) => subjectKey(targetOf(snapshot, hpa).subject));
    return [
      ...hpas.flatMap(
        (hpa) => wrongTarget(snapshot, hpa) ?? wrongBounds(hpa) ?? lowThreshold(hpa) ?? flapping(snapshot, hpa) ?? [],
      ),
      ...[...byTarget.values()].flatMap(([first, second]) =>
        first && second ? [reportRivals(snapshot, first, second)] : [],
      ),
    ];
  },
};

const NOT_SCALABLE = new Set(['DaemonSet', 'Pod', 'Job', 'CronJob', 'Service', 'ConfigMap', 'Node']);
const PATCH = edit('patch-hpa', 'R2', 'Correct the specification of the autoscaler');

function finding(
  hpa: Hpa,
  rest: Pick<Finding, 'code' | 'statement' | 'evidence' | 'strength'> & Partial<Finding>,
): Finding {
  return {
    subject: subjectOf(hpa),
    category: 'hpa-misconfigured',
    role: 'cause',
    layer: 'state',
    remediation: [PATCH],
    ...rest,
  };
}

function wrongTarget(snapshot: Snapshot, hpa: Hpa): Finding | null {
  const { subject: target, object } = targetOf(snapshot, hpa);
  const failure = hpaFailure(snapshot, hpa, 'AbleToScale');
  const told = failure?.evidence ?? [];
  if (NOT_SCALABLE.has(target.kind)) {
    return finding(hpa, {
      code: 'autoscaling/target-not-scalable',
      strength: 0.95,
      statement: `${formatSubject(subjectOf(hpa))} cannot scale: its target is a \`${target.kind}\`, which has no replicas to scale`,
      evidence: [citeField(hpa, 'spec.scaleTargetRef.kind'), ...told],
    });
  }
  const absent =
    target.name !== '' && snapshot.objects.existence(target.kind, target.namespace, target.name) === 'absent';
  if (object || target.name === '' || (!absent && !/not found/i.test(failure?.message ?? ''))) return null;
  const near = absent ? nearMiss(target.name, snapshot.objects.names(target.kind, target.namespace)) : null;
  return finding(hpa, {
    code: 'autoscaling/target-missing',
    strength: 0.95,
    statement: `${formatSubject(subjectOf(hpa))} cannot scale: its target ${target.kind} \`${target.name}\` does not exist${near ? `; \`${near}\` does` : ''}`,
    evidence: [citeField(hpa, 'spec.scaleTargetRef'), ...(absent ? [citeAbsent(snapshot, target)] : []), ...told],
    aliases: [target],
  });
}

function wrongBounds(hpa: Hpa): Finding | null {
  const { minReplicas, maxReplicas } = hpa.spec ?? {};
  if (minReplicas == null || maxReplicas == null || minReplicas <= maxReplicas) return null;
  return finding(hpa, {
    code: 'autoscaling/min-above-max',
    strength: 0.95,
    statement: `${formatSubject(subjectOf(hpa))} cannot work: minReplicas \`${minReplicas}\` is more than maxReplicas \`${maxReplicas}\``,
    evidence: [citeField(hpa, 'spec.minReplicas'), citeField(hpa, 'spec.maxReplicas')],
  });
}

// A program that does nothing still uses a few percent of what it requests.
const IDLE_PERCENT = 5;

function lowThreshold(hpa: Hpa): Finding | null {
  const metrics = hpa.spec?.metrics ?? [];
  const position = metrics.findIndex(({ resource }) => isTooLow(resource?.target?.averageUtilization));
  const legacy = isTooLow(hpa.spec?.targetCPUUtilizationPercentage);
  if (position < 0 && !legacy) return null;
  const { currentReplicas } = hpa.status ?? {};
  const atMax =
    currentReplicas != null &&
    currentReplicas === hpa.spec?.maxReplicas &&
    hpaCondition(hpa, 'ScalingLimited')?.status !== 'False';
  if (!atMax) return null;
  const path =
    position < 0
      ? 'spec.targetCPUUtilizationPercentage'
      : `spec.metrics[${position}].resource.target.averageUtilization`;
  const percent =
    position < 0 ? hpa.spec?.targetCPUUtilizationPercentage : metrics[position]?.resource?.target?.averageUtilization;
  return finding(hpa, {
    code: 'autoscaling/threshold-too-low',
    strength: 0.85,
    statement: `${formatSubject(subjectOf(hpa))} holds its target at the maximum of \`${currentReplicas}\` replicas because its threshold is \`${percent}\` percent, which idle Pods exceed`,
    evidence: [citeField(hpa, path), citeField(hpa, 'spec.maxReplicas'), citeField(hpa, 'status.currentReplicas')],
  });
}

function isTooLow(percent: number | null | undefined): boolean {
  return percent != null && percent > 0 && percent <= IDLE_PERCENT;
}

// The default stabilization lets an autoscaler go down at most a dozen times an hour; a healthy one does far less.
const MANY_RESCALES = 8;

function flapping(snapshot: Snapshot, hpa: Hpa): Finding | null {
  const events = snapshot.events
    .of(subjectOf(hpa), 'SuccessfulRescale')
    .filter(
      ({ stale, last, first }) => !stale && isWithin(snapshot, last, RECENT * 2) && isWithin(snapshot, first, 6 * HOUR),
    );
  const up = events.findLast(({ message }) => /above target/i.test(message));
  const down = events.findLast(({ message }) => /below target/i.test(message));
  const total = events.reduce((sum, { count }) => sum + count, 0);
  if (!up || !down || total < MANY_RESCALES) return oscillating(snapshot, hpa);
  return finding(hpa, {
    code: 'autoscaling/flapping',
    strength: 0.7,
    statement: `${formatSubject(subjectOf(hpa))} scales its target up and down without rest`,
    evidence: [citeEvent(up), citeEvent(down), citeField(hpa, 'spec.behavior'), citeField(hpa, 'spec.metrics')],
    affects: [targetOf(snapshot, hpa).subject],
  });
}

/** The same by the replica count alone, for where no Event can be read. */
function oscillating(snapshot: Snapshot, hpa: Hpa): Finding | null {
  const signal = signalsOf(snapshot).of('hpa-current', subjectOf(hpa));
  const steps = (signal?.samples ?? []).flatMap(([time, value], index, all) => {
    const before = all[index - 1]?.[1] ?? value;
    return value === before ? [] : [{ time, up: value > before }];
  });
  const turns = steps.filter(({ up }, index) => index > 0 && up !== steps[index - 1]?.up).length;
  const [first, last] = [steps[0], steps.at(-1)];
  if (!signal || !first || !last || turns < MANY_RESCALES) return null;
  // It still goes on only if the count has not rested for clearly longer than between its turns, a scrape allowed for.
  if (snapshot.now - last.time > (1.5 * (last.time - first.time)) / turns + MINUTE) return null;
  return finding(hpa, {
    code: 'autoscaling/flapping',
    strength: 0.7,
    statement: `${formatSubject(subjectOf(hpa))} scales its target up and down without rest`,
    evidence: [citeSignal(signal), citeField(hpa, 'spec.behavior'), citeField(hpa, 'spec.metrics')],
    affects: [targetOf(snapshot, hpa).subject],
  });
}

function reportRivals(snapshot: Snapshot, first: Hpa, hpa: Hpa): Finding {
  const target = targetOf(snapshot, first).subject;
  return finding(hpa, {
    code: 'autoscaling/two-autoscalers',
    strength: 0.8,
    statement: `${formatSubject(subjectOf(first))} and ${formatSubject(subjectOf(hpa))} both scale ${formatSubject(target)} and undo each other`,
    evidence: [citeField(first, 'spec.scaleTargetRef'), citeField(hpa, 'spec.scaleTargetRef')],
    aliases: [subjectOf(first)],
    affects: [target],
  });
}
