import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import type { Evidence, Remediation } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import { citeFit } from '../../evidence/cite-fit.ts';
import type { Finding, Layer, RuledOutFact } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type NodeFit, schedulingOf, type SchedulingReasonKind } from '../../topology/scheduling.ts';
import { isControlPlane, isCordoned } from '../../topology/scheduling-nodes.ts';
import { type SchedulingCause, schedulingCauses } from './scheduling.ts';

/** What an analyzer adds to a scheduling cause to make it a finding. */
export interface SchedulingReport {
  readonly code: string;
  readonly category: Category;
  readonly statement: string;
  /** The fields that carry the constraint, before the Nodes' answers and the scheduler's words. */
  readonly evidence: readonly Evidence[];
  readonly remediation: readonly Remediation[];
  readonly subject?: Subject;
  readonly role?: Finding['role'];
  readonly layer?: Layer;
  readonly aliases?: readonly Subject[];
  readonly affects?: readonly Subject[];
  readonly blames?: readonly Subject[];
  readonly actor?: Subject;
  readonly ruledOut?: readonly RuledOutFact[];
}

// Two Nodes show a pattern; more only repeat it.
const SHOWN_NODES = 2;

/** The causes of some kinds in a snapshot. */
export function causesOf(snapshot: Snapshot, ...kinds: readonly SchedulingReasonKind[]): readonly SchedulingCause[] {
  return schedulingCauses(snapshot).filter(({ kind }) => kinds.includes(kind));
}

/** Makes the finding of a scheduling cause: constraint, what the Nodes answer, what the scheduler said. */
export function reportCause(snapshot: Snapshot, cause: SchedulingCause, report: SchedulingReport): Finding {
  const { evidence, subject, ruledOut, ...rest } = report;
  return {
    role: 'cause',
    layer: 'state',
    ...rest,
    subject: subject ?? cause.subject,
    strength: cause.strength,
    evidence: [...evidence, ...nodeEvidence(snapshot, cause), ...cause.effect],
    since: cause.since,
    ruledOut: [...(ruledOut ?? []), ...cordonRuledOut(snapshot, cause)],
  };
}

/** What the Nodes nearest to taking the Pod answer. */
export function nodeEvidence(snapshot: Snapshot, cause: SchedulingCause): readonly Evidence[] {
  return cause.fits.slice(0, SHOWN_NODES).map(({ node }) => citeFit(snapshot, cause.pod, node.metadata.name));
}

/** `Deployment shop/web: its Pods stay Pending because`, the common start of scheduling statements. */
export function waiting(cause: SchedulingCause): string {
  return cause.subject.kind === 'Pod'
    ? `${formatSubject(cause.subject)} stays Pending`
    : `The Pods of ${formatSubject(cause.subject)} stay Pending`;
}

// A cordoned Node catches the eye in every listing, so it is said why it is not the answer.
function cordonRuledOut(snapshot: Snapshot, cause: SchedulingCause): readonly RuledOutFact[] {
  if (cause.kind === 'cordoned') return [];
  return schedulingOf(snapshot.objects)
    .judge(cause.pod)
    .filter(({ node }) => isCordoned(node))
    .slice(0, SHOWN_NODES)
    .map((fit) => ({
      subject: subjectOf(fit.node),
      category: 'node-cordoned' as const,
      statement: `${formatSubject(subjectOf(fit.node))} is cordoned, but ${whyNotCordon(fit)}`,
      evidence: [
        citeField(fit.node, 'spec.unschedulable'),
        ...(isControlPlane(fit.node) ? [citeField(fit.node, 'metadata.labels')] : []),
        citeFit(snapshot, cause.pod, fit.node.metadata.name),
      ],
    }));
}

function whyNotCordon({ node, reasons }: NodeFit): string {
  if (isControlPlane(node)) return 'it belongs to the control plane';
  const only = reasons.every(({ kind }) => kind === 'cordoned');
  return only ? 'it has been for long before this' : 'uncordoning it alone would not place the Pod';
}
