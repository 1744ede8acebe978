import { z } from 'zod';
import { listParam, PageQuery, pageOf, Time } from './common.ts';

/** Everything that can happen to an incident, as the log of events names it. */
export const EVENT_KINDS = [
  'incident.opened',
  'incident.changed',
  'incident.acknowledged',
  'incident.snoozed',
  'incident.assigned',
  'incident.resolved',
  'incident.reopened',
  'incident.merged',
  'incident.split',
  'incident.severity',
  'incident.hidden',
  'incident.commented',
  'incident.diagnosed',
  'incident.alert-joined',
  'incident.alert-left',
  'incident.alert-resolved',
  'incident.remediation',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** One thing that happened: `kind` and `data` for programs, `text` for people. */
export const TimelineEntry = z
  .object({
    id: z.number().int(),
    at: Time,
    kind: z.string(),
    actor: z.string(),
    text: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'TimelineEntry' });
export type TimelineEntry = z.infer<typeof TimelineEntry>;

export const TimelinePage = pageOf(TimelineEntry);

export const TimelineQuery = PageQuery.extend({
  kind: listParam(z.enum(EVENT_KINDS)),
  order: z.enum(['newest', 'oldest']).default('newest'),
});
export type TimelineQuery = z.output<typeof TimelineQuery>;
