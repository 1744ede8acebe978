import { z } from 'zod';

// The contract of the kube-rca agent, in its snake_case: backends written for it call these two endpoints.

const Labels = z.record(z.string().max(1_000), z.coerce.string());

const AgentAlert = z.looseObject({
  status: z.string().default('firing'),
  labels: Labels,
  annotations: Labels.default({}),
  startsAt: z.string().nullish(),
  endsAt: z.string().nullish(),
  generatorURL: z.string().nullish(),
  fingerprint: z.string().nullish(),
});

const PreviousAnalysis = z.looseObject({
  status: z.string().nullish(),
  summary: z.string().nullish(),
  detail: z.string().nullish(),
  created_at: z.string().nullish(),
});

export const AnalyzeRequest = z
  .looseObject({
    alert: AgentAlert,
    thread_ts: z.string().default(''),
    incident_id: z.string().nullish(),
    analysis_type: z.enum(['firing', 'resolved']).nullish(),
    previous_analysis: PreviousAnalysis.nullish(),
    language: z.string().nullish(),
  })
  .meta({ id: 'AnalyzeRequest' });
export type AnalyzeRequest = z.output<typeof AnalyzeRequest>;

export const ANALYSIS_QUALITIES = ['high', 'medium', 'low'] as const;

/** What could be read: `not_configured` when nobody said where it is. */
export const CAPABILITY_STATES = ['ok', 'forbidden', 'unavailable', 'not_configured', 'unknown'] as const;
export type CapabilityState = (typeof CAPABILITY_STATES)[number];

/** One thing the analysis rests on. */
export const AgentArtifact = z.object({ type: z.string(), query: z.string(), result: z.string(), summary: z.string() });

export const AnalyzeResponse = z
  .object({
    status: z.literal('ok'),
    thread_ts: z.string(),
    analysis: z.string().describe('The whole analysis as Markdown'),
    analysis_summary: z.string(),
    analysis_detail: z.string(),
    analysis_summary_i18n: z.record(z.string(), z.string()).describe('By language; causes are told in English'),
    analysis_detail_i18n: z.record(z.string(), z.string()),
    analysis_type: z.enum(['firing', 'resolved']),
    analysis_quality: z.enum(ANALYSIS_QUALITIES),
    missing_data: z.array(z.string()).describe('Labels the alert lacks and sources that told nothing'),
    warnings: z.array(z.string()),
    capabilities: z.record(z.string(), z.enum(CAPABILITY_STATES)),
    context: z.record(z.string(), z.unknown()),
    artifacts: z.array(AgentArtifact),
  })
  .meta({ id: 'AnalyzeResponse' });
export type AnalyzeResponse = z.infer<typeof AnalyzeResponse>;

const SummarizedAlert = z.looseObject({
  fingerprint: z.string().nullish(),
  alert_name: z.string().nullish(),
  severity: z.string().nullish(),
  status: z.string().nullish(),
  analysis_summary: z.string().nullish(),
  analysis_detail: z.string().nullish(),
});

export const SummarizeRequest = z
  .looseObject({
    incident_id: z.string().default(''),
    title: z.string().default(''),
    severity: z.string().default(''),
    fired_at: z.string().nullish(),
    resolved_at: z.string().nullish(),
    alerts: z.array(SummarizedAlert).max(10_000).default([]),
    language: z.string().nullish(),
  })
  .meta({ id: 'SummarizeIncidentRequest' });
export type SummarizeRequest = z.output<typeof SummarizeRequest>;

export const SummarizeResponse = z
  .object({
    status: z.literal('ok'),
    title: z.string(),
    summary: z.string(),
    detail: z.string(),
    summary_i18n: z.record(z.string(), z.string()),
    detail_i18n: z.record(z.string(), z.string()),
  })
  .meta({ id: 'SummarizeIncidentResponse' });
export type SummarizeResponse = z.infer<typeof SummarizeResponse>;
