import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { DAY } from '@headwater/core/time.ts';
import { citeAlert, citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isControlPlane, isCordoned } from '../../topology/scheduling-nodes.ts';
import { isWithin, RECENT } from '../_shared/freshness.ts';
import { isGone, isReady, type PodObject } from '../_shared/pods.ts';
import { cordonedSince } from '../_shared/scheduling-decision.ts';
import { rootOf } from '../_shared/workloads.ts';

/** PodDisruptionBudgets that keep a drain or upgrade from going on. */
export const analyzer: Analyzer = {
  name: 'pdb-blocks',
  codes: {
    'disruption/pdb-blocks': 'A PodDisruptionBudget allows no eviction although its Pods are healthy.',
    'disruption/pdb-unsatisfiable':
      'A PodDisruptionBudget wants more healthy Pods than there can be and keeps failing ones where they are.',
    'disruption/pdb-unhealthy': 'A PodDisruptionBudget allows no eviction because its Pods are not healthy.',
  },
  reads: ['PodDisruptionBudget', 'Pod', 'Node', 'Event'],
  analyze: (snapshot) => snapshot.objects.list('PodDisruptionBudget').flatMap((budget) => judge(snapshot, budget)),
};

type Budget = ObjectOf<'PodDisruptionBudget'>;

// A drain is a matter of hours; a Node cordoned for longer is not waiting for an eviction.
const DRAIN = DAY;

function judge(snapshot: Snapshot, budget: Budget): Finding[] {
  const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = budget.status ?? {};
  if (disruptionsAllowed !== 0 || !expectedPods) return [];
  const pods = coveredPods(snapshot, budget);
  // A strict budget is only a fault while somebody wants to evict.
  const wanted = evictionWanted(snapshot, budget, pods);
  if (!wanted) return [];
  const workloads = [
    ...new Map(pods.map((pod) => rootOf(snapshot, pod)).map((subject) => [subjectKey(subject), subject])).values(),
  ];
  const unhealthy = currentHealthy != null && desiredHealthy != null && currentHealthy < desiredHealthy;
  if (unhealthy && desiredHealthy > expectedPods) return [unsatisfiable(budget, { workloads, wanted })];
  return [report(budget, { unhealthy, workloads, wanted })];
}

// More than all its Pods: healing them would not lift it, so the budget itself is the fault.
function unsatisfiable(
  budget: Budget,
  { workloads, wanted }: { workloads: readonly Subject[]; wanted: Wanted },
): Finding {
  const { currentHealthy, desiredHealthy, expectedPods } = budget.status ?? {};
  const failing = (currentHealthy ?? 0) < (expectedPods ?? 0);
  const name = formatSubject(subjectOf(budget));
  return {
    code: 'disruption/pdb-unsatisfiable',
    subject: subjectOf(budget),
    category: 'pdb-blocks',
    role: 'cause',
    layer: 'state',
    strength: wanted.strength,
    statement: `${name} wants \`${desiredHealthy}\` healthy Pods of \`${expectedPods}\`, so none may ever leave${wanted.says}${failing ? '; Pods that fail there cannot be moved' : ''}`,
    evidence: [
      citeField(budget, `spec.${ruleOf(budget)}`),
      citeField(budget, 'status.desiredHealthy'),
      citeField(budget, 'status.expectedPods'),
      citeField(budget, 'status.currentHealthy'),
      ...wanted.evidence,
    ],
    affects: [...workloads, ...wanted.affects],
    remediation: [loosen(name)],
  };
}

function report(
  budget: Budget,
  { unhealthy, workloads, wanted }: { unhealthy: boolean; workloads: readonly Subject[]; wanted: Wanted },
): Finding {
  const { currentHealthy, desiredHealthy } = budget.status ?? {};
  const rule = ruleOf(budget);
  const written = String(budget.spec?.[rule] ?? '(not set)');
  return {
    code: unhealthy ? 'disruption/pdb-unhealthy' : 'disruption/pdb-blocks',
    subject: subjectOf(budget),
    category: 'pdb-blocks',
    role: unhealthy ? 'symptom' : 'cause',
    layer: 'state',
    strength: unhealthy ? 0.5 : wanted.strength,
    statement: unhealthy
      ? `${formatSubject(subjectOf(budget))} allows no eviction because \`${currentHealthy}\` of the \`${desiredHealthy}\` Pods it needs are healthy`
      : `${formatSubject(subjectOf(budget))} allows no eviction: ${rule} \`${written}\` leaves none of its ${currentHealthy == null ? '' : `\`${currentHealthy}\` `}healthy Pods to spare${wanted.says}`,
    evidence: [
      citeField(budget, `spec.${rule}`),
      citeField(budget, 'status.disruptionsAllowed'),
      citeField(budget, 'status.currentHealthy'),
      citeField(budget, 'status.desiredHealthy'),
      ...wanted.evidence,
    ],
    aliases: workloads.slice(0, 3),
    ...(unhealthy ? { blames: workloads } : {}),
    affects: wanted.affects,
    remediation: unhealthy ? [] : [loosen(formatSubject(subjectOf(budget)))],
  };
}

function ruleOf({ spec }: Budget): 'minAvailable' | 'maxUnavailable' {
  return spec?.maxUnavailable == null ? 'minAvailable' : 'maxUnavailable';
}

function loosen(name: string): NonNullable<Finding['remediation']>[number] {
  return {
    action: 'fix-pdb',
    risk: 'R2',
    statement: `Allow one disruption in ${name}, or add a replica`,
    preconditions: ['The workload can do with one Pod less for a moment'],
    undo: 'Restore the former value',
  };
}

interface Wanted {
  readonly evidence: readonly Evidence[];
  readonly affects: readonly Subject[];
  readonly strength: number;
  readonly says: string;
}

/** Who tries to evict a covered Pod now: a refused eviction, a Node being drained, or an alert about the budget. */
function evictionWanted(snapshot: Snapshot, budget: Budget, pods: readonly PodObject[]): Wanted | null {
  const refused = refusedEviction(snapshot, budget, pods);
  if (refused)
    return {
      evidence: [citeEvent(refused)],
      affects: [refused.subject],
      strength: 0.95,
      says: '; an eviction was refused',
    };
  for (const pod of pods) {
    const node = pod.spec?.nodeName ? snapshot.objects.get('Node', null, pod.spec.nodeName) : undefined;
    if (!node || !isCordoned(node) || isControlPlane(node)) continue;
    const since = cordonedSince(node);
    if (since !== null && !isWithin(snapshot, since, DRAIN)) continue;
    return {
      evidence: [citeField(node, 'spec.unschedulable'), citeField(pod, 'spec.nodeName')],
      affects: [subjectOf(node)],
      strength: 0.8,
      says: `, while Node \`${node.metadata.name}\` is being drained`,
    };
  }
  const alert = snapshot.alerts.find(
    ({ status, labels }) =>
      status === 'firing' &&
      labels['poddisruptionbudget'] === budget.metadata.name &&
      (labels['namespace'] ?? '') === budget.metadata.namespace,
  );
  return alert ? { evidence: [citeAlert(alert)], affects: [], strength: 0.6, says: '' } : null;
}

const REFUSED = /cannot evict pod as it would violate the pod'?s disruption budget|disruption budget .* needs/i;

function refusedEviction(snapshot: Snapshot, budget: Budget, pods: readonly PodObject[]) {
  const subjects = [
    subjectOf(budget),
    ...pods.map(subjectOf),
    ...[...new Set(pods.flatMap(({ spec }) => spec?.nodeName ?? []))].map((name) => ({ kind: 'Node', name })),
  ];
  for (const subject of subjects) {
    const event = snapshot.events
      .of(subject)
      .findLast(({ message, last, stale }) => !stale && isWithin(snapshot, last, RECENT) && REFUSED.test(message));
    if (event) return event;
  }
  return null;
}

function coveredPods(snapshot: Snapshot, budget: Budget): readonly PodObject[] {
  const selector = budget.spec?.selector;
  if (!selector) return [];
  const pods = snapshot.objects.select('Pod', budget.metadata.namespace ?? '', selector).filter((pod) => !isGone(pod));
  return [...pods].sort((left, right) => Number(isReady(right)) - Number(isReady(left)));
}
