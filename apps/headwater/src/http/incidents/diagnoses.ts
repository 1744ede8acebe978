import { AnalysisQueued, DiagnosisRevision, DiagnosisSummaries } from '@headwater/contracts/http/diagnosis.ts';
import { requestDiagnosis } from '@headwater/engine/diagnose/request-diagnosis.ts';
import { incidentDiagnoses, incidentDiagnosis } from '@headwater/engine/views/incident-parts.ts';
import { findIncident } from '@headwater/engine/views/incidents.ts';
import { defineRoute } from '../route.ts';
import { IncidentParams, OnceHeaders, RevisionParams } from './inputs.ts';
import { presentDiagnosis, presentDiagnosisHead } from './present.ts';

const shared = { method: 'GET', tags: ['diagnoses'], access: 'incidents.read' } as const;

export const latestDiagnosisRoute = defineRoute({
  ...shared,
  url: '/api/v1/incidents/:id/diagnosis',
  operationId: 'getLatestDiagnosis',
  summary: 'The latest diagnosis of an incident',
  params: IncidentParams,
  responses: { 200: DiagnosisRevision },
  handle: async ({ ctx, params }) => presentDiagnosis(await incidentDiagnosis(ctx, params.id)),
});

export const diagnosesRoute = defineRoute({
  ...shared,
  url: '/api/v1/incidents/:id/diagnoses',
  operationId: 'listDiagnoses',
  summary: 'Every diagnosis of an incident, newest first, without bodies',
  params: IncidentParams,
  responses: { 200: DiagnosisSummaries },
  handle: async ({ ctx, params }) => ({ items: (await incidentDiagnoses(ctx, params.id)).map(presentDiagnosisHead) }),
});

export const diagnosisRoute = defineRoute({
  ...shared,
  url: '/api/v1/incidents/:id/diagnoses/:revision',
  operationId: 'getDiagnosis',
  summary: 'One diagnosis of an incident by its revision',
  params: RevisionParams,
  responses: { 200: DiagnosisRevision },
  handle: async ({ ctx, params }) => presentDiagnosis(await incidentDiagnosis(ctx, params.id, params.revision)),
});

export const analyzeIncidentRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/incidents/:id/analyze',
  operationId: 'requestDiagnosis',
  summary: 'Ask for a new diagnosis',
  description: 'It is made in the background; `incident.diagnosed` tells when it says something new.',
  tags: ['diagnoses'],
  access: 'incidents.write',
  idempotent: true,
  params: IncidentParams,
  headers: OnceHeaders,
  responses: { 202: AnalysisQueued },
  async handle({ ctx, params }) {
    const { id } = await findIncident(ctx, params.id);
    return { incidentId: id, ...(await requestDiagnosis(ctx, id)) };
  },
});
