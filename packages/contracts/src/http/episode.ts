import { z } from 'zod';
import { Time } from './common.ts';

export const EPISODE_STATUSES = ['firing', 'resolved'] as const;
export const EPISODE_ENDS = ['source', 'expired', 'superseded', 'person'] as const;

/** One span from firing to resolved. */
export const Episode = z
  .object({
    id: z.string(),
    status: z.enum(EPISODE_STATUSES),
    startsAt: Time,
    endsAt: Time.nullable(),
    endedBy: z.enum(EPISODE_ENDS).nullable(),
    receivedAt: Time,
    repeats: z.number().int().describe('How often the same was sent again'),
    incidentId: z.string().nullable(),
    joinedAt: Time.nullable(),
    joinedBy: z.string().nullable(),
    joinReason: z.string().nullable().describe('Why it joined that incident, in words'),
    mutedBy: z.string().nullable(),
  })
  .meta({ id: 'Episode' });
export type Episode = z.infer<typeof Episode>;
