import { z } from 'zod';
import { SubjectRef } from '../diagnosis/diagnosis.ts';
import { bodyWithAliases, FlagParam, listParam, PageQuery, pageOf, SeverityName, Time, plain } from './common.ts';
import { EPISODE_STATUSES, Episode } from './episode.ts';

export const SUBJECT_STATES = ['resolved', 'ambiguous', 'unresolved'] as const;
export const ALERT_SORTS = ['newest', 'firstSeen'] as const;
export type AlertSort = (typeof ALERT_SORTS)[number];

const Texts = z.record(z.string(), z.string());

export const AlertItem = z
  .object({
    id: z.string(),
    cluster: z.string(),
    fingerprint: z.string(),
    source: z.string(),
    name: z.string(),
    severity: SeverityName,
    namespace: z.string().nullable(),
    labels: Texts,
    subject: SubjectRef.nullable(),
    subjectState: z.enum(SUBJECT_STATES).describe('Whether the object the alert is about was found'),
    status: z.enum(EPISODE_STATUSES),
    startsAt: Time.nullable().describe('Start of the newest episode'),
    endsAt: Time.nullable(),
    firstSeenAt: Time,
    lastSeenAt: Time,
    flapping: z.boolean(),
    muted: z.boolean(),
    incident: z.object({ id: z.string(), number: z.number().int(), title: z.string() }).nullable(),
  })
  .meta({ id: 'AlertItem' });
export type AlertItem = z.infer<typeof AlertItem>;

export const AlertPage = pageOf(AlertItem).meta({ id: 'AlertPage' });

export const AlertDetail = AlertItem.extend({
  annotations: Texts,
  extra: z.record(z.string(), z.unknown()),
  subjectReason: z.string(),
  groupKey: z.string().nullable(),
  receiver: z.string().nullable(),
  generatorUrl: z.string().nullable(),
  flappingSince: Time.nullable(),
  episodeCount: z.number().int(),
  episodes: z.array(Episode).describe('The newest 50, newest first'),
}).meta({ id: 'AlertDetail' });
export type AlertDetail = z.infer<typeof AlertDetail>;

/** An alert as a member of an incident: with the episode that belongs to it. */
export const IncidentAlert = AlertItem.extend({ annotations: Texts, episode: Episode }).meta({ id: 'IncidentAlert' });
export type IncidentAlert = z.infer<typeof IncidentAlert>;

export const IncidentAlertPage = pageOf(IncidentAlert);

export const AlertListQuery = PageQuery.extend({
  status: listParam(z.enum(EPISODE_STATUSES)),
  severity: listParam(SeverityName),
  cluster: listParam(plain(253)),
  namespace: listParam(plain(253)),
  name: listParam(plain(300)),
  source: listParam(plain(100)),
  subjectState: listParam(z.enum(SUBJECT_STATES)),
  label: z
    .preprocess(
      (value) => (typeof value === 'string' ? [value] : value),
      z.array(plain(500).regex(/^[^=]+=/, 'expected name=value')).max(20),
    )
    .optional()
    .describe('`name=value`; may be repeated'),
  flapping: FlagParam.optional(),
  q: plain(500).optional().describe('Full text over name, labels and annotations'),
  from: Time.optional().describe('Newest episode came in at or after'),
  to: Time.optional().describe('Newest episode came in before'),
  sort: z
    .enum(ALERT_SORTS)
    .default('newest')
    .describe('By when the newest episode came in, or when the alert was first seen; newest first'),
});
export type AlertListQuery = z.output<typeof AlertListQuery>;

export const MoveAlertRequest = bodyWithAliases(
  z.strictObject({ incidentId: plain(64).min(1), reason: plain(1_000).trim().optional() }),
  { incident_id: 'incidentId' },
);

export const MAX_BULK = 50;

export const BulkResolveRequest = bodyWithAliases(
  z.strictObject({ alertIds: z.array(plain(64).min(1)).min(1).max(MAX_BULK) }),
  { alert_ids: 'alertIds' },
);

export const BulkResolveAnswer = z.object({
  resolved: z.array(z.string()),
  failed: z.array(z.object({ alertId: z.string(), code: z.string(), detail: z.string() })),
});
