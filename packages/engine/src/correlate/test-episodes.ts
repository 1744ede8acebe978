import { correlationKeys } from '@headwater/core/grouping/keys.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { CandidateIncident, WaitingEpisodeRow } from '../ports/store/correlation.ts';
import type { PlacedEpisode } from './place-episodes.ts';
import { T } from './test-correlation.ts';

/** A waiting episode of an alert called by its id. */
export function waitingRow(id: string, more: Partial<WaitingEpisodeRow> = {}): WaitingEpisodeRow {
  return {
    id: `eps_${id}`,
    alertId: `alr_${id}`,
    status: 'firing',
    startsAt: T,
    endsAt: null,
    receivedAt: T,
    resolvedReceivedAt: null,
    incidentId: null,
    rootKey: null,
    mutedBy: null,
    name: `Alert ${id}`,
    severity: 'warning',
    namespace: 'shop',
    labels: {},
    fingerprint: id,
    groupKey: null,
    subject: null,
    flappingSince: null,
    lastIncidentId: null,
    lastJoinedBy: null,
    ...more,
  };
}

/** The same, placed at a Deployment of that name in shop unless another root is given; null for none. */
export function placed(
  id: string,
  more: Partial<WaitingEpisodeRow> = {},
  root: Subject | null = { kind: 'Deployment', namespace: 'shop', name: id },
): PlacedEpisode {
  const row = waitingRow(id, more);
  return { row, root, neighbours: [], keys: correlationKeys({ ...row, root }) };
}

/** A stored incident with one firing alert, called by its id. */
export function candidate(id: string, more: Partial<CandidateIncident> = {}): CandidateIncident {
  return {
    id,
    number: 1,
    cluster: 'prod',
    namespaces: ['shop'],
    title: `Incident ${id}`,
    titleBy: 'alerts',
    severity: 'warning',
    severityBy: 'alerts',
    status: 'open',
    subject: null,
    startedAt: T - 1_000,
    createdAt: T - 1_000,
    updatedAt: T - 1_000,
    acknowledgedAt: null,
    acknowledgedBy: null,
    snoozedUntil: null,
    assignee: null,
    quietSince: null,
    resolvedAt: null,
    resolvedBy: null,
    resolveReason: null,
    reopened: 0,
    hidden: false,
    mergedInto: null,
    leadAlertId: 'alr_lead',
    alertCount: 1,
    firingCount: 1,
    analysisSummary: null,
    analysisDetail: null,
    diagnosisState: 'done',
    version: 3,
    keys: [],
    closedKeys: [],
    ...more,
  };
}
