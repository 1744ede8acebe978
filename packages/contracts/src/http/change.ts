import { z } from 'zod';
import { SubjectRef } from '../diagnosis/diagnosis.ts';
import { FlagParam, listParam, PageQuery, pageOf, plain, Time } from './common.ts';

export const CHANGE_ACTS = ['created', 'changed', 'deleted'] as const;

export const ChangeItem = z
  .object({
    id: z.string(),
    cluster: z.string(),
    subject: SubjectRef,
    act: z.enum(CHANGE_ACTS),
    at: Time.describe('When it happened, as far as is known'),
    noEarlierThan: Time.nullable().describe('Set when nobody watched: it happened between this and `at`'),
    observedAt: Time,
    actor: z
      .string()
      .nullable()
      .describe(
        'Who made it: a field manager, a deployer with what it deploys, an autoscaler; null when nobody signed',
      ),
    byHand: z.boolean().describe('Made with a tool that a person drives'),
    diff: z
      .array(z.object({ path: z.string(), before: z.string().optional(), after: z.string().optional() }))
      .describe('The fields that differ; values of Secrets and credentials are hidden'),
  })
  .meta({ id: 'ChangeItem' });
export type ChangeItem = z.infer<typeof ChangeItem>;

export const ChangePage = pageOf(ChangeItem).meta({ id: 'ChangePage' });

export const ChangeListQuery = PageQuery.extend({
  cluster: listParam(plain(253)),
  namespace: listParam(plain(253)),
  kind: listParam(plain(100)),
  object: listParam(plain(253)).describe('Names of objects'),
  act: listParam(z.enum(CHANGE_ACTS)),
  byHand: FlagParam.optional(),
  from: Time.optional().describe('Happened at or after'),
  to: Time.optional().describe('Happened before'),
});
export type ChangeListQuery = z.output<typeof ChangeListQuery>;
