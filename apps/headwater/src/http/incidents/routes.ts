import { commentRoutes } from '../comment-routes.ts';
import type { Route } from '../route.ts';
import { analyzeIncidentRoute, diagnosesRoute, diagnosisRoute, latestDiagnosisRoute } from './diagnoses.ts';
import { patchIncidentRoute, putIncidentRoute, unhideIncidentRoute } from './edit.ts';
import { incidentFacetsRoute } from './facets.ts';
import { getIncidentRoute } from './get.ts';
import { listHiddenIncidentsRoute, listIncidentsRoute } from './list.ts';
import { mockIncidentRoute } from './mock.ts';
import {
  evidenceRoute,
  incidentAlertsRoute,
  incidentEvidenceRoute,
  incidentTimelineRoute,
  similarIncidentsRoute,
} from './parts.ts';
import { mergeIncidentsRoute, splitIncidentRoute, unmergeIncidentRoute } from './regroup.ts';
import { stateRoutes } from './state.ts';

export const incidentRoutes: readonly Route[] = [
  listIncidentsRoute,
  listHiddenIncidentsRoute,
  incidentFacetsRoute,
  mockIncidentRoute,
  getIncidentRoute,
  putIncidentRoute,
  patchIncidentRoute,
  unhideIncidentRoute,
  ...stateRoutes,
  mergeIncidentsRoute,
  unmergeIncidentRoute,
  splitIncidentRoute,
  analyzeIncidentRoute,
  incidentAlertsRoute,
  incidentEvidenceRoute,
  evidenceRoute,
  latestDiagnosisRoute,
  diagnosesRoute,
  diagnosisRoute,
  incidentTimelineRoute,
  similarIncidentsRoute,
  ...commentRoutes('incident'),
];
