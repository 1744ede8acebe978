import { z } from 'zod';

/** One entry of `changes/*.json`: a deploy, flag flip or GitOps sync as an outside system reported it. */
export const ExternalChange = z.object({
  time: z.iso.datetime({ offset: true }),
  kind: z.string(),
  title: z.string(),
  subject: z
    .object({ kind: z.string(), namespace: z.string().optional(), name: z.string(), apiVersion: z.string().optional() })
    .optional(),
  source: z.string().default('unknown'),
  actor: z.string().optional(),
  diff: z.unknown().optional(),
});
export type ExternalChange = z.infer<typeof ExternalChange>;
