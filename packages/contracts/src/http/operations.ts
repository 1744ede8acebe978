import { z } from 'zod';
import { Time } from './common.ts';

/** That the server answers at all. */
export const Status = z.object({ status: z.literal('ok'), message: z.string() }).meta({ id: 'Status' });

export const Pong = z.object({ message: z.literal('pong') });

export const VersionInfo = z
  .object({ name: z.literal('headwater'), version: z.string(), node: z.string(), api: z.literal('v1') })
  .meta({ id: 'VersionInfo' });
export type VersionInfo = z.infer<typeof VersionInfo>;

export const Liveness = z.object({ status: z.literal('ok'), timestamp: Time }).meta({ id: 'Liveness' });

/** One thing readiness depends on. */
export const ReadinessCheck = z
  .object({
    name: z.string(),
    ok: z.boolean(),
    message: z.string(),
    lastSuccess: Time.nullable(),
    lastFailure: Time.nullable(),
  })
  .meta({ id: 'ReadinessCheck' });
export type ReadinessCheck = z.infer<typeof ReadinessCheck>;

export const Readiness = z
  .object({
    status: z.enum(['ready', 'not-ready']),
    timestamp: Time,
    checks: z.array(ReadinessCheck),
    build: VersionInfo,
  })
  .meta({
    id: 'Readiness',
    description: 'Whether requests may be sent here. Depends only on the store and on shutdown.',
  });
export type Readiness = z.infer<typeof Readiness>;

export const Runtime = z
  .object({
    mode: z.literal('server'),
    roles: z.array(z.enum(['api', 'worker'])),
    store: z.enum(['embedded', 'external']),
    startedAt: Time,
    build: VersionInfo,
    insecure: z.boolean().describe('True when others can reach the server without TLS'),
    authEnabled: z.boolean(),
    signupEnabled: z.boolean(),
    writeActionsEnabled: z.boolean().describe('Whether Headwater may change anything in a cluster'),
    assistantEnabled: z.boolean().describe('Whether a language model is used'),
    alertsEnabled: z.boolean().describe('Whether this process takes alerts in'),
    telemetry: z.object({ prometheus: z.boolean(), loki: z.boolean(), tempo: z.boolean() }),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Runtime', description: 'How this process is set up, without any secret.' });
export type Runtime = z.infer<typeof Runtime>;

export const MetricsReport = z
  .object({
    generatedAt: Time,
    metrics: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        help: z.string(),
        samples: z.array(
          z.object({
            name: z.string(),
            labels: z.record(z.string(), z.union([z.string(), z.number()])),
            value: z.number(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'MetricsReport', description: 'The metrics of /metrics as JSON.' });
export type MetricsReport = z.infer<typeof MetricsReport>;
