import type { Condition } from '@headwater/contracts/kube/common.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { isKnownKind, type KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { readField } from '../../snapshot/field.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeCondition, conditionsOf, groupOf, textAt } from '../_shared/conditions.ts';
import { ageOf } from '../_shared/freshness.ts';
import { namedIn, sayAbsent } from '../_shared/named-objects.ts';
import { quote } from '../_shared/quote.ts';

const CODE = 'custom-resource/unhealthy';

/** Custom resources whose own status says that they do not work; weak, so that kinds nobody has rules for are not passed over. */
export const analyzer: Analyzer = {
  name: 'custom-resource-unhealthy',
  codes: { [CODE]: 'A custom resource reports in its status that it is not ready, not healthy or has failed.' },
  reads: ['CustomResourceDefinition', '*'],
  analyze(snapshot) {
    return snapshot.objects.kinds().flatMap((kind) => {
      // The objects of a kind share an API version or two, which decides it.
      const foreign = new Map<string, boolean>();
      const isOfForeign = (object: KubeObject): boolean => {
        const known = foreign.get(object.apiVersion) ?? isForeign(object);
        foreign.set(object.apiVersion, known);
        return known;
      };
      return snapshot.objects
        .list(kind)
        .flatMap((object) => (isOfForeign(object) ? (judge(snapshot, object) ?? []) : []));
    });
  },
};

// Groups whose objects have analyzers of their own.
const SPOKEN_FOR =
  /(?:^|\.)(?:cert-manager\.io|toolkit\.fluxcd\.io|operators\.coreos\.com|olm\.operatorframework\.io|chaos-mesh\.org|metrics\.k8s\.io|wgpolicyk8s\.io)$/;
const ARGO = new Set(['Application', 'ApplicationSet', 'AppProject']);

function isForeign(object: KubeObject): boolean {
  const group = groupOf(object);
  // Groups without a dot are built in; built-in kinds of groups with one have schemas.
  if (!group.includes('.') || (isKnownKind(object.kind) && group.endsWith('.k8s.io'))) return false;
  return !SPOKEN_FOR.test(group) && !(group === 'argoproj.io' && ARGO.has(object.kind));
}

const GOOD =
  /^(?:Ready|Available|Healthy|Synced|Reconciled|Succeeded|Accepted|Programmed|Installed|Initialized|Established|ReconcileSuccess|Configured|Resolved\w*|Valid\w*)$/;
const BAD =
  /^(?:Degraded|Failed|Failing|Failure|Stalled|Error\w*|\w*Error|ReconcileFailed|ReconciliationFailed|Unhealthy|Blocked)$/;
const BAD_PHASE = /^(?:Failed|Error|Degraded|Unhealthy|Failure|Invalid)$/i;
const AT_WORK = /progress|reconciling|creating|pending|waiting|provisioning|starting|installing|updating|inprogress/i;
// A status that names a failure, not only a wait.
const SPECIFIC =
  /not found|does not exist|forbidden|denied|invalid|unable to|failed to|cannot|could not|refused|unauthorized|no such|missing|exceeded/i;
const PATIENCE = 5 * MINUTE;

interface Complaint {
  readonly says: string;
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly since: number | null;
}

function judge(snapshot: Snapshot, object: KubeObject): Finding | null {
  if (
    readField(object, 'spec.suspend') === true ||
    readField(object, 'spec.paused') === true ||
    object.metadata.deletionTimestamp
  )
    return null;
  const complaint = fromConditions(snapshot, object) ?? fromPhase(object);
  if (!complaint) return null;
  const subject = subjectOf(object);
  const named = namedIn(snapshot, complaint.message, subject.namespace);
  const [lost] = named.filter(({ existence }) => existence === 'absent');
  const absent = lost ? sayAbsent(snapshot, lost.subject) : null;
  const why = absent?.text ?? quote(complaint.message);
  return {
    code: CODE,
    subject,
    category: 'object-invalid',
    role: 'cause',
    layer: 'dependency',
    strength: absent ? 0.8 : SPECIFIC.test(complaint.message) ? 0.55 : 0.4,
    statement: `${formatSubject(subject)} ${complaint.says}${why === '' ? '' : `: ${why}`}`,
    evidence: [...complaint.evidence, ...(absent?.evidence ?? [])],
    aliases: lost ? [lost.subject] : [],
    blames: named.filter(({ existence }) => existence === 'present').map((each): Subject => each.subject),
    since: complaint.since,
    remediation: [],
  };
}

function fromConditions(snapshot: Snapshot, object: KubeObject): Complaint | null {
  const bad = conditionsOf(object).filter((condition) => isBad(condition) && !isAtWork(snapshot, condition));
  // Ready sums the others up; a more special condition says more.
  const chosen =
    bad.find(({ type, message }) => type !== 'Ready' && message) ?? bad.find(({ message }) => message) ?? bad[0];
  if (!chosen?.type) return null;
  return {
    says: `reports \`${chosen.type}\` = \`${chosen.status ?? ''}\``,
    message: chosen.message ?? '',
    evidence: citeCondition(object, chosen.type),
    since: parseTime(chosen.lastTransitionTime),
  };
}

function isBad({ type, status }: Condition): boolean {
  return (status === 'False' && GOOD.test(type ?? '')) || (status === 'True' && BAD.test(type ?? ''));
}

function isAtWork(snapshot: Snapshot, { reason, lastTransitionTime }: Condition): boolean {
  const age = ageOf(snapshot, lastTransitionTime);
  return age !== null && age < (AT_WORK.test(reason ?? '') ? PATIENCE : MINUTE);
}

function fromPhase(object: KubeObject): Complaint | null {
  for (const path of ['status.phase', 'status.state', 'status.health']) {
    const phase = textAt(object, path);
    if (!BAD_PHASE.test(phase)) continue;
    const at = ['status.message', 'status.error.message', 'status.reason'].find(
      (candidate) => textAt(object, candidate) !== '',
    );
    return {
      says: `is in phase \`${phase}\``,
      message: at ? textAt(object, at) : '',
      evidence: [citeField(object, path), ...(at ? [citeField(object, at)] : [])],
      since: null,
    };
  }
  const failure = textAt(object, 'status.error.message');
  return failure === ''
    ? null
    : {
        says: 'reports an error',
        message: failure,
        evidence: [citeField(object, 'status.error.message')],
        since: parseTime(readField(object, 'status.error.time')),
      };
}
