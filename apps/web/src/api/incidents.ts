import type { Comment, Feedback } from '@headwater/contracts/http/comment.ts';
import type { Page } from '@headwater/contracts/http/common.ts';
import type { DiagnosisRevision, DiagnosisSummary } from '@headwater/contracts/http/diagnosis.ts';
import type { EvidenceDetail, EvidenceItem } from '@headwater/contracts/http/evidence.ts';
import type { IncidentAlert } from '@headwater/contracts/http/alert.ts';
import type { IncidentDetail, IncidentFacets, IncidentItem } from '@headwater/contracts/http/incident.ts';
import type { TimelineEntry } from '@headwater/contracts/http/timeline.ts';
import { requestKey } from '../platform/random.ts';
import { request, type RequestOptions } from './http.ts';

const ROOT = '/api/v1/incidents';

function at(id: string, ...parts: readonly (string | number)[]): string {
  return [ROOT, ...[id, ...parts].map((part) => encodeURIComponent(part))].join('/');
}

type Query = RequestOptions['query'];

export function listIncidents(query: Query, signal?: AbortSignal): Promise<Page<IncidentItem>> {
  return request(ROOT, { query, signal });
}

export function incidentFacets(signal?: AbortSignal): Promise<IncidentFacets> {
  return request(`${ROOT}/facets`, { signal });
}

export function readIncident(id: string, signal?: AbortSignal): Promise<IncidentDetail> {
  return request(at(id), { signal });
}

export function readAlerts(id: string, query: Query, signal?: AbortSignal): Promise<Page<IncidentAlert>> {
  return request(at(id, 'alerts'), { query, signal });
}

export function readEvidence(id: string, query: Query, signal?: AbortSignal): Promise<Page<EvidenceItem>> {
  return request(at(id, 'evidence'), { query, signal });
}

export function readEvidenceItem(id: string, evidenceId: string, signal?: AbortSignal): Promise<EvidenceDetail> {
  return request(at(id, 'evidence', evidenceId), { signal });
}

export function readDiagnoses(id: string, signal?: AbortSignal): Promise<Page<DiagnosisSummary>> {
  return request(at(id, 'diagnoses'), { signal });
}

export function readDiagnosis(id: string, revision: number, signal?: AbortSignal): Promise<DiagnosisRevision> {
  return request(at(id, 'diagnoses', revision), { signal });
}

export function readTimeline(id: string, query: Query, signal?: AbortSignal): Promise<Page<TimelineEntry>> {
  return request(at(id, 'timeline'), { query, signal });
}

export function readFeedback(id: string, signal?: AbortSignal): Promise<Feedback> {
  return request(at(id, 'feedback'), { signal });
}

export function addComment(id: string, body: string): Promise<Comment> {
  return request(at(id, 'comments'), { method: 'POST', body: { body }, headers: { 'idempotency-key': requestKey() } });
}

export function editComment(id: string, commentId: string, body: string): Promise<Comment> {
  return request(at(id, 'comments', commentId), { method: 'PUT', body: { body } });
}

export function deleteComment(id: string, commentId: string): Promise<void> {
  return request(at(id, 'comments', commentId), { method: 'DELETE' });
}

export function vote(id: string, value: 'up' | 'down' | 'none'): Promise<Feedback> {
  return request(at(id, 'vote'), { method: 'POST', body: { vote: value } });
}

export type Verb =
  | 'acknowledge'
  | 'unacknowledge'
  | 'snooze'
  | 'unsnooze'
  | 'assign'
  | 'resolve'
  | 'reopen'
  | 'merge'
  | 'hide'
  | 'unhide'
  | 'analyze';

/** Does something to an incident, once even when the network makes the request go twice. */
export function act(id: string, verb: Verb, body: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  return request(at(id, verb), { method: 'POST', body, headers: { 'idempotency-key': requestKey() } });
}
