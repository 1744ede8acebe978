import type { DiagnosisRevision, DiagnosisSummary } from '@headwater/contracts/http/diagnosis.ts';
import type { EvidenceDetail, EvidenceItem } from '@headwater/contracts/http/evidence.ts';
import type { IncidentDetail, IncidentItem, SimilarIncident } from '@headwater/contracts/http/incident.ts';
import type { TimelineEntry } from '@headwater/contracts/http/timeline.ts';
import { formatTime } from '@headwater/core/time.ts';
import type { DiagnosisHead } from '@headwater/engine/ports/store/diagnoses.ts';
import type { StoredEvent } from '@headwater/engine/ports/store/events.ts';
import type { IncidentReference, IncidentView } from '@headwater/engine/ports/store/incident-queries.ts';
import type { SimilarIncident as SimilarView } from '@headwater/engine/recall/similar.ts';
import type { EvidenceView } from '@headwater/engine/views/incident-parts.ts';
import type { IncidentDetailView } from '@headwater/engine/views/incidents.ts';
import type { DiagnosisView } from '@headwater/engine/views/readable-diagnosis.ts';
import { timelineText } from '@headwater/engine/views/timeline-text.ts';
import { timeOrNull } from '../time-or-null.ts';

export function presentIncident(view: IncidentView): IncidentItem {
  return {
    ...view,
    namespaces: [...view.namespaces],
    startedAt: formatTime(view.startedAt),
    createdAt: formatTime(view.createdAt),
    updatedAt: formatTime(view.updatedAt),
    resolvedAt: timeOrNull(view.resolvedAt),
    acknowledgedAt: timeOrNull(view.acknowledgedAt),
    snoozedUntil: timeOrNull(view.snoozedUntil),
    // Only diagnoses write these columns, from the closed lists of the contract.
    verdict: view.verdict as IncidentItem['verdict'],
    confidence: view.confidence as IncidentItem['confidence'],
  };
}

export function presentDetail(view: IncidentDetailView): IncidentDetail {
  const { incident, diagnosis, mergedInto, mergedFrom } = view;
  return {
    ...presentIncident(incident),
    titleBy: incident.titleBy,
    severityBy: incident.severityBy,
    resolveReason: incident.resolveReason,
    quietSince: timeOrNull(incident.quietSince),
    analysisSummary: incident.analysisSummary,
    analysisDetail: incident.analysisDetail,
    diagnosis: diagnosis && presentDiagnosis(diagnosis),
    actions: view.actions,
    similar: view.similar.map(presentSimilar),
    mergedInto: mergedInto && presentReference(mergedInto),
    mergedFrom: mergedFrom.map(presentReference),
  };
}

function presentReference({ id, number, title }: IncidentReference): IncidentReference {
  return { id, number, title };
}

export function presentSimilar({ incident, similarity, why }: SimilarView): SimilarIncident {
  return {
    id: incident.id,
    number: incident.number,
    title: incident.title,
    status: incident.status,
    startedAt: formatTime(incident.startedAt),
    resolvedAt: timeOrNull(incident.resolvedAt),
    cause: incident.cause,
    causeCategory: incident.causeCategory,
    resolveReason: incident.resolveReason,
    similarity,
    why,
  };
}

export function presentDiagnosisHead(head: DiagnosisHead): DiagnosisSummary {
  const { id, revision, phase, verdict, summary, requestedBy, milliseconds, createdAt } = head;
  return { id, revision, phase, verdict, summary, requestedBy, milliseconds, createdAt: formatTime(createdAt) };
}

export function presentDiagnosis(view: DiagnosisView): DiagnosisRevision {
  return { ...presentDiagnosisHead(view), body: view.body, delta: view.delta, withheld: [...view.withheld] };
}

export function presentEvidence(view: EvidenceView): EvidenceItem {
  const { id, kind, source, subject, namespace, text, query, redacted, withheld, cited } = view;
  return {
    id,
    kind,
    source,
    subject,
    namespace,
    observedAt: timeOrNull(view.observedAt),
    collectedAt: formatTime(view.collectedAt),
    text,
    query,
    redacted,
    withheld,
    cited,
  };
}

export function presentEvidenceDetail(view: EvidenceView): EvidenceDetail {
  return { ...presentEvidence(view), content: view.content ?? null };
}

export function presentEvent(event: StoredEvent): TimelineEntry {
  return {
    id: event.id,
    at: formatTime(event.at),
    kind: event.kind,
    actor: event.actor,
    text: timelineText(event),
    data: { ...event.payload },
  };
}
