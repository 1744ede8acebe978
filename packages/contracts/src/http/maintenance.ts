import { MATCHER_OPERATORS } from '@headwater/core/grouping/matchers.ts';
import { z } from 'zod';
import { FlagParam, PageQuery, pageOf, Time } from './common.ts';

/** A condition on a label as Alertmanager means it; regular expressions match the whole value. */
export const Matcher = z.object({
  label: z.string().trim().min(1).max(200),
  operator: z.enum(MATCHER_OPERATORS).default('='),
  value: z.string().max(1_000),
});

/** All matchers must hold. `cluster`, `alertname`, `namespace` and `severity` can be matched on every alert. */
export const CreateMaintenanceBody = z.strictObject({
  matchers: z.array(Matcher).min(1).max(50),
  startsAt: Time.optional().describe('Now when left out'),
  endsAt: Time,
  comment: z.string().trim().min(1).max(1_000),
});

export const MAINTENANCE_STATES = ['planned', 'active', 'ended'] as const;

/** A time in which matching alerts are kept but open no incident. */
export const Maintenance = z
  .object({
    id: z.string(),
    cluster: z.string().nullable().describe('The only cluster the matchers reach; null for any'),
    namespaces: z.array(z.string()).describe('The only namespaces the matchers reach; none for any'),
    matchers: z.array(z.object({ label: z.string(), operator: z.enum(MATCHER_OPERATORS), value: z.string() })),
    startsAt: Time,
    endsAt: Time,
    state: z.enum(MAINTENANCE_STATES),
    comment: z.string(),
    createdBy: z.string(),
    createdAt: Time,
    endedAt: Time.nullable().describe('When a person ended it early'),
    endedBy: z.string().nullable(),
  })
  .meta({ id: 'Maintenance' });
export type Maintenance = z.infer<typeof Maintenance>;

export const MaintenancePage = pageOf(Maintenance);

export const MaintenanceQuery = PageQuery.extend({
  active: FlagParam.default(false).describe('Only those that run now'),
});

export const MaintenanceParams = z.object({ id: z.string().min(1).max(64) });
