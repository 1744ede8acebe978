import { z } from 'zod';

/** What was stored of a sender's body. */
export const StoredSignals = z
  .object({
    status: z.literal('stored'),
    alerts: z.int().describe('Alerts in the body'),
    opened: z.int().describe('Alerts that began to fire, or fire again'),
    resolved: z.int(),
    repeated: z.int().describe('Alerts that were known already, in this state'),
  })
  .meta({ id: 'StoredSignals', description: 'Everything in the body is stored.' });
export type StoredSignals = z.infer<typeof StoredSignals>;

/** The same for senders written for kubernaut's gateway. */
export const SignalAnswer = z
  .object({
    status: z.enum(['created', 'duplicate']),
    message: z.string(),
    fingerprint: z.string().describe('Of the first alert'),
    duplicate: z.boolean(),
    summary: z.object({ total: z.int(), created: z.int(), deduplicated: z.int() }),
  })
  .meta({ id: 'SignalAnswer', description: 'Everything in the body is stored.' });
export type SignalAnswer = z.infer<typeof SignalAnswer>;
