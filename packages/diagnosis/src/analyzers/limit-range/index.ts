import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type LimitBreach, limitBreaches, type LimitRefusal, parseLimitRefusal } from '../../topology/limit-range.ts';
import { edit } from '../_shared/remedies.ts';
import { type RefusedCreate, refusalsByRoot, refusedCreates } from '../_shared/refused-creates.ts';
import { templateOf, templatePath } from '../_shared/workloads.ts';
import { findSmallDefaults } from './small-defaults.ts';

/** Pods that a LimitRange refuses. */
export const analyzer: Analyzer = {
  name: 'limit-range',
  codes: {
    'quota/limit-range': 'Pods are refused because their resources lie outside the bounds of a LimitRange.',
    'quota/limit-range-default':
      'Containers without a limit of their own are killed by the default limit of a LimitRange.',
  },
  reads: ['LimitRange', 'Pod', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'Event'],
  analyze: (snapshot) => [
    ...refusalsByRoot(refusedCreates(snapshot).filter(({ message }) => parseLimitRefusal(message) !== null)).flatMap(
      ([refused]) => {
        const refusal = parseLimitRefusal(refused.message);
        return refusal ? judge(snapshot, refused, refusal) : [];
      },
    ),
    ...findSmallDefaults(snapshot),
  ],
};

interface Bounded {
  readonly range: ObjectOf<'LimitRange'>;
  readonly breach: LimitBreach;
}

function judge(snapshot: Snapshot, refused: RefusedCreate, refusal: LimitRefusal): Finding[] {
  const namespace = refused.controller.metadata.namespace ?? '';
  const ranges = snapshot.objects.list('LimitRange', namespace);
  const spec = templateOf(snapshot.objects.find(refused.root) ?? refused.controller)?.spec;
  const bounded = ranges.flatMap((range) => limitBreaches(range, spec).map((breach): Bounded => ({ range, breach })));
  const match =
    bounded.find(({ breach }) => breach.bound === refusal.bound && breach.resource === refusal.resource) ?? bounded[0];
  // With template and ranges at hand and no bound broken any more, the range or the template was mended since.
  if (!match && ranges.length > 0 && spec) return [];
  if (!match && snapshot.objects.knows('LimitRange', namespace) && ranges.length === 0) return [];
  return [report(snapshot, refused, { refusal, match })];
}

function report(
  snapshot: Snapshot,
  refused: RefusedCreate,
  { refusal, match }: { refusal: LimitRefusal; match: Bounded | undefined },
): Finding {
  const { root, controller, evidence, since } = refused;
  const namespace = controller.metadata.namespace ?? '';
  const carrier = snapshot.objects.find(root) ?? controller;
  const word = { max: 'at most', min: 'at least', ratio: 'a limit-to-request ratio of at most' }[refusal.bound];
  // A default of the range that breaks the range's own bound is the range's fault, not the workload's.
  const byRange = match?.breach.byDefault === true;
  const actual = match?.breach.actual ?? refusal.actual;
  return {
    code: 'quota/limit-range',
    subject: match ? subjectOf(match.range) : root,
    category: 'limit-range',
    role: 'cause',
    layer: 'admission',
    strength: match ? 0.95 : 0.85,
    statement: `${formatSubject(root)} gets no Pods: ${match ? formatSubject(subjectOf(match.range)) : 'a LimitRange'} allows ${word} \`${refusal.limit}\` ${refusal.resource} per ${refusal.type}${actual ? ` and the Pod has \`${actual}\`` : ' and the Pod states none'}${byRange ? ', which the same LimitRange sets as default' : ''}`,
    evidence: [...evidence, ...(match ? boundEvidence(match, carrier) : [])],
    aliases: [...(match ? [root] : []), { apiVersion: 'v1', kind: 'Namespace', name: namespace }],
    affects: [root],
    since,
    remediation: [
      edit('patch-resources', 'R2', 'Set resources within the bounds'),
      edit('raise-quota', 'R3', 'Change the bounds or defaults of the LimitRange'),
    ],
  };
}

function boundEvidence({ range, breach }: Bounded, carrier: Parameters<typeof templateOf>[0]): readonly Evidence[] {
  const container = breach.container
    ? [citeField(carrier, `${templatePath(carrier)}.spec.containers[name=${breach.container}].resources`)]
    : [];
  return [citeField(range, `spec.limits[${breach.item}]`), ...(templateOf(carrier) ? container : [])];
}
