import type { Condition } from '@headwater/contracts/kube/common.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { isKnownKind, type KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
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
  reads: ['CustomResourceDefinition', 'Event', '*'],
  analyze(snapshot) {
    const found = snapshot.objects
      .kinds()
      .filter((kind) => kind !== 'Event')
      .flatMap((kind) => foreignOf(snapshot.objects.list(kind)).flatMap((object) => judge(snapshot, object) ?? []));
    return inOrderOfNeed(snapshot, found);
  },
};

// Groups whose objects have analyzers of their own.
const SPOKEN_FOR =
  /(?:^|\.)(?:cert-manager\.io|toolkit\.fluxcd\.io|operators\.coreos\.com|olm\.operatorframework\.io|chaos-mesh\.org|metrics\.k8s\.io|wgpolicyk8s\.io)$/;
const ARGO = new Set(['Application', 'ApplicationSet', 'AppProject']);

// The objects of a kind share an API version or two, which decides it.
function foreignOf(objects: readonly KubeObject[]): readonly KubeObject[] {
  const found: KubeObject[] = [];
  let [version, foreign] = ['', false];
  for (const object of objects) {
    if (object.apiVersion !== version) [version, foreign] = [object.apiVersion, isForeign(object)];
    if (foreign) found.push(object);
  }
  return found;
}

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

// Each is compared with each; where so many are unwell, none of them is the reason.
const MANY = 100;

// A resource that is made of others names them in its specification, and is unwell as long as they are.
function inOrderOfNeed(snapshot: Snapshot, found: readonly Finding[]): readonly Finding[] {
  if (found.length > MANY) return found;
  const specs = new Map(
    found.map((finding) => [
      finding,
      JSON.stringify(readField(snapshot.objects.find(finding.subject) ?? {}, 'spec') ?? null),
    ]),
  );
  const needs = (whole: Finding, part: Finding): boolean =>
    part.subject.kind !== whole.subject.kind &&
    part.subject.namespace === whole.subject.namespace &&
    (specs.get(whole) ?? '').includes(`"${part.subject.name}"`);
  return found.map((finding): Finding => {
    const parts = found.filter((other) => needs(finding, other)).map(({ subject }) => subject);
    const wholes = found.filter((other) => needs(other, finding)).map(({ subject }) => subject);
    return {
      ...finding,
      ...(parts.length > 0 ? { role: 'symptom' as const, blames: [...(finding.blames ?? []), ...parts] } : {}),
      ...(wholes.length > 0 ? { affects: wholes } : {}),
    };
  });
}

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
  const state = fromConditions(snapshot, object) ?? fromPhase(object);
  if (!state) return null;
  const complaint = SPECIFIC.test(state.message) ? state : (fromEvents(snapshot, object, state) ?? state);
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

// An operator often tells in an Event what its status only sums up.
function fromEvents(snapshot: Snapshot, object: KubeObject, state: Complaint): Complaint | null {
  const event = snapshot.events
    .of(subjectOf(object))
    .findLast(({ type, message, stale }) => type === 'Warning' && !stale && SPECIFIC.test(message));
  return event
    ? {
        ...state,
        message: event.message,
        evidence: [...state.evidence, citeEvent(event)],
        since: event.first ?? state.since,
      }
    : null;
}

function isBad({ type, status, reason }: Condition): boolean {
  return (
    (status === 'False' && (GOOD.test(type ?? '') || /^(?:Error|Failed)$/.test(reason ?? ''))) ||
    (status === 'True' && BAD.test(type ?? ''))
  );
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
