import { INCIDENT_ACTIONS, INCIDENT_STATUSES } from '@headwater/core/incident/status.ts';
import { z } from 'zod';
import { CONFIDENCE_BANDS, SubjectRef, VERDICTS } from '../diagnosis/diagnosis.ts';
import {
  Availability,
  bodyWithAliases,
  FlagParam,
  listParam,
  PageQuery,
  pageOf,
  SeverityName,
  Time,
  plain,
} from './common.ts';
import { DiagnosisRevision } from './diagnosis.ts';

export const DIAGNOSIS_STATES = ['pending', 'running', 'done', 'failed'] as const;
export const INCIDENT_SORTS = ['startedAt', 'updatedAt', 'severity'] as const;
export type IncidentSort = (typeof INCIDENT_SORTS)[number];

const StatusName = z.enum(INCIDENT_STATUSES);

export const IncidentItem = z
  .object({
    id: z.string(),
    number: z.number().int(),
    title: z.string(),
    severity: SeverityName,
    status: StatusName,
    cluster: z.string(),
    namespaces: z.array(z.string()),
    subject: SubjectRef.nullable(),
    startedAt: Time,
    createdAt: Time,
    updatedAt: Time,
    resolvedAt: Time.nullable(),
    resolvedBy: z.string().nullable(),
    acknowledgedAt: Time.nullable(),
    acknowledgedBy: z.string().nullable(),
    snoozedUntil: Time.nullable(),
    assignee: z.string().nullable(),
    alertCount: z.number().int(),
    firingCount: z.number().int(),
    verdict: z.enum(VERDICTS).nullable(),
    cause: z.string().nullable().describe('The likeliest cause in one sentence'),
    causeCategory: z.string().nullable(),
    confidence: z.enum(CONFIDENCE_BANDS).nullable(),
    diagnosisState: z.enum(DIAGNOSIS_STATES),
    reopened: z.number().int().describe('How often it was reopened'),
    muted: z.boolean().describe('Every alert that still fires is muted by a maintenance'),
    hidden: z.boolean(),
    version: z.number().int(),
  })
  .meta({ id: 'IncidentItem' });
export type IncidentItem = z.infer<typeof IncidentItem>;

export const IncidentPage = pageOf(IncidentItem).meta({ id: 'IncidentPage' });

export const SimilarIncident = z
  .object({
    id: z.string(),
    number: z.number().int(),
    title: z.string(),
    status: StatusName,
    startedAt: Time,
    resolvedAt: Time.nullable(),
    cause: z.string().nullable(),
    causeCategory: z.string().nullable(),
    resolveReason: z.string().nullable(),
    similarity: z.number().min(0).max(1),
    why: z.string().describe('What the two have in common, in words'),
  })
  .meta({ id: 'SimilarIncident' });
export type SimilarIncident = z.infer<typeof SimilarIncident>;

export const SimilarIncidents = z.object({ items: z.array(SimilarIncident), model: z.string() });

const IncidentRef = z.object({ id: z.string(), number: z.number().int(), title: z.string() });

export const IncidentDetail = IncidentItem.extend({
  titleBy: z.enum(['alerts', 'diagnosis', 'person']),
  severityBy: z.enum(['alerts', 'person']),
  resolveReason: z.string().nullable(),
  quietSince: Time.nullable().describe('Since when nothing fires; it resolves itself after the quiet period'),
  analysisSummary: z.string().nullable().describe('A person or the diagnosis in a few sentences'),
  analysisDetail: z.string().nullable(),
  diagnosis: DiagnosisRevision.nullable(),
  actions: z.record(z.enum(INCIDENT_ACTIONS), Availability),
  similar: z.array(SimilarIncident),
  mergedInto: IncidentRef.nullable(),
  mergedFrom: z.array(IncidentRef),
}).meta({ id: 'IncidentDetail' });
export type IncidentDetail = z.infer<typeof IncidentDetail>;

export const IncidentListQuery = PageQuery.extend({
  status: listParam(StatusName),
  severity: listParam(SeverityName),
  cluster: listParam(plain(253)),
  namespace: listParam(plain(253)).describe('Incidents that touch any of these'),
  assignee: listParam(plain(200)).describe('Login names; `none` for unassigned, `me` for oneself'),
  category: listParam(plain(100)).describe('Categories of the cause'),
  verdict: listParam(z.enum(VERDICTS)),
  q: plain(500).optional().describe('Full text: words, "phrases", -excluded words, or `#12` for a number'),
  from: Time.optional().describe('Started at or after'),
  to: Time.optional().describe('Started before'),
  hidden: FlagParam.default(false).describe('The hidden ones instead of the others'),
  snoozed: FlagParam.optional().describe('Only the snoozed, or only the others'),
  sort: z.enum(INCIDENT_SORTS).default('startedAt').describe('Newest or gravest first'),
});
export type IncidentListQuery = z.output<typeof IncidentListQuery>;

const Facet = z.object({ value: z.string(), count: z.number().int() });

/** Values that occur, for filters, with how many incidents hold each. */
export const IncidentFacets = z
  .object({
    statuses: z.array(Facet),
    severities: z.array(Facet),
    clusters: z.array(Facet),
    namespaces: z.array(Facet),
    categories: z.array(Facet),
    verdicts: z.array(Facet),
    assignees: z.array(Facet),
  })
  .meta({ id: 'IncidentFacets' });
export type IncidentFacets = z.infer<typeof IncidentFacets>;

const LEGACY_FIELDS = {
  analysis_summary: 'analysisSummary',
  analysis_detail: 'analysisDetail',
};

const Edit = z.strictObject({
  title: plain(300).trim().min(1),
  severity: SeverityName,
  analysisSummary: plain(4_000).nullable(),
  analysisDetail: plain(100_000).nullable(),
});

/** PUT: title and severity must be there; PATCH: what is there. */
export const IncidentPut = bodyWithAliases(
  Edit.partial({ analysisSummary: true, analysisDetail: true }),
  LEGACY_FIELDS,
);
export const IncidentPatch = bodyWithAliases(Edit.partial(), LEGACY_FIELDS);

/** `resolved_by` of older clients is accepted and ignored: who resolves is who signed in. */
export const ResolveRequest = bodyWithAliases(
  z.strictObject({ reason: plain(1_000).trim().optional(), resolvedBy: z.unknown().optional() }),
  { resolved_by: 'resolvedBy' },
);

export const ReasonRequest = bodyWithAliases(z.strictObject({ reason: plain(1_000).trim().optional() }));

/** Either a moment or minutes from now, up to 30 days. */
export const SnoozeRequest = bodyWithAliases(
  z
    .strictObject({
      until: Time.optional(),
      minutes: z
        .number()
        .int()
        .min(1)
        .max(30 * 24 * 60)
        .optional(),
      reason: plain(1_000).trim().optional(),
    })
    .refine((body) => (body.until === undefined) !== (body.minutes === undefined), {
      error: 'expected either until or minutes',
      path: ['until'],
    }),
);

/** A login name; null takes the incident away from whoever has it. */
export const AssignRequest = bodyWithAliases(z.strictObject({ assignee: plain(200).min(1).nullable() }));

/** The named incidents are merged into the addressed one. */
export const MergeRequest = bodyWithAliases(
  z.strictObject({
    incidentIds: z.array(plain(64).min(1)).min(1).max(50),
    reason: plain(1_000).trim().optional(),
  }),
  { incident_ids: 'incidentIds' },
);

/** The named incident becomes itself again. */
export const UnmergeRequest = bodyWithAliases(z.strictObject({ incidentId: plain(64).min(1) }), {
  incident_id: 'incidentId',
});

/** The named alerts leave the addressed incident for a new one. */
export const SplitRequest = bodyWithAliases(
  z.strictObject({
    alertIds: z.array(plain(64).min(1)).min(1).max(500),
    title: plain(300).trim().min(1).optional(),
    reason: plain(1_000).trim().optional(),
  }),
  { alert_ids: 'alertIds' },
);

export const MockIncidentRequest = bodyWithAliases(
  z.strictObject({
    title: plain(300).trim().min(1).default('Test incident'),
    severity: SeverityName.default('warning'),
    cluster: plain(253).min(1).default('test'),
    namespace: plain(63).min(1).default('default'),
  }),
);

export const MockAnswer = z.object({ fingerprint: z.string(), detail: z.string() });
