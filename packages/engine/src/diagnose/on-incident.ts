import type { DiagnosisPhase } from '@headwater/contracts/diagnosis/delta.ts';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { canonicalJson, contentId } from '@headwater/core/ids.ts';
import { compareText, formatSubject } from '@headwater/core/subject.ts';
import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';
import type { DiagnosisOnIncident } from '../ports/store/diagnoses.ts';

/** The phase of an incident by its alerts: `resolved` only when none fires. */
export function phaseOf(alerts: readonly Alert[]): DiagnosisPhase {
  return alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved';
}

/** Equal while alerts, verdict and cited evidence are: a diagnosis with the hash of the one before says nothing new. */
export function inputHash(alerts: readonly Alert[], { verdict, causes, evidence }: Diagnosis): string {
  return contentId(
    'in',
    canonicalJson({
      alerts: alerts
        .map(({ fingerprint, startsAt, status }) => `${fingerprint} ${startsAt} ${status}`)
        .sort(compareText),
      verdict,
      causes: causes.map(({ subject, category }) => [category, formatSubject(subject)]),
      evidence: Object.keys(evidence).sort(),
    }),
  );
}

export interface Outcome {
  readonly diagnosisId: string;
  readonly diagnosis: Diagnosis;
  readonly titleBy: 'alerts' | 'diagnosis' | 'person';
  readonly at: number;
}

/** What a diagnosis says on its incident. Only a cause that is named replaces the title the alerts gave. */
export function onIncident({ diagnosisId, diagnosis, titleBy, at }: Outcome): DiagnosisOnIncident {
  const { verdict, summary } = diagnosis;
  const named = verdict === 'cause' || verdict === 'ambiguous' ? diagnosis.causes[0] : undefined;
  return {
    diagnosisId,
    verdict,
    cause: named?.statement ?? null,
    causeCategory: named?.category ?? null,
    confidence: named?.confidence.band ?? null,
    analysisSummary: summary,
    title: verdict === 'cause' && named && titleBy !== 'person' ? titleOf(named) : null,
    at,
  };
}

const MAX_TITLE = 160;

function titleOf({ subject, category }: Diagnosis['causes'][number]): string {
  const title = `${formatSubject(subject)}: ${categoryWords(category)}`;
  return title.length <= MAX_TITLE ? title : `${title.slice(0, MAX_TITLE - 1)}…`;
}

const ACRONYMS = new Set('api cni cpu crd dns hpa mtls mtu oom pdb pid pv pvc raid rbac tls'.split(' '));

/** A category slug as words: `oom-killed` is `OOM killed`. */
export function categoryWords(category: string): string {
  return category
    .split('-')
    .map((word) => (ACRONYMS.has(word) ? (word === 'mtls' ? 'mTLS' : word.toUpperCase()) : word))
    .join(' ');
}
