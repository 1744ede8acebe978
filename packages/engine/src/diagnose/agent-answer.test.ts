import { AnalyzeRequest, AnalyzeResponse, SummarizeRequest } from '@headwater/contracts/http/agent.ts';
import { diagnose } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { agentAnswer } from './agent-answer.ts';
import type { AnalyzedAlert } from './analyze-alert.ts';
import { summarizeIncident } from './summarize-incident.ts';

const app = { app: 'api' };
const template = { metadata: { labels: app }, spec: { containers: [{ name: 'app', image: 'api:1' }] } };
const made = diagnose(
  fixtureInput({
    objects: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'api', namespace: 'shop' },
        spec: { replicas: 0, selector: { matchLabels: app }, template },
        status: { replicas: 0 },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'api', namespace: 'shop' },
        spec: { selector: app, ports: [{ port: 80 }] },
      },
    ],
    alerts: [{ labels: { alertname: 'Down', namespace: 'shop', deployment: 'api' } }],
  }),
  { version: 'test' },
);
const diagnosis = { ...made, gaps: [] };
const analyzed: AnalyzedAlert = {
  diagnosis,
  sources: { objects: 'present', logs: 'present', metrics: 'absent', traces: 'unreachable' },
  coverage: [
    { kind: 'Pod', state: 'read' },
    { kind: 'VirtualService', state: 'forbidden' },
  ],
};

function answer(request: object, changes: Partial<AnalyzedAlert> = {}): AnalyzeResponse {
  const parsed = AnalyzeRequest.parse({ alert: { labels: { namespace: 'shop', deployment: 'api' } }, ...request });
  return agentAnswer({
    request: parsed,
    analyzed: { ...analyzed, ...changes },
    cluster: 'prod',
    markdown: '# Report\n',
  });
}

describe('the answer of the agent', () => {
  it('is what the backend reads: analysis, quality, capabilities, artifacts', () => {
    const given = answer({ thread_ts: '9' });
    expect(AnalyzeResponse.safeParse(given).success).toBe(true);
    expect(given).toMatchObject({
      thread_ts: '9',
      analysis: '# Report\n',
      analysis_summary: diagnosis.summary,
      analysis_type: 'firing',
      missing_data: [],
      warnings: [],
      capabilities: {
        k8s_core: 'ok',
        prometheus: 'not_configured',
        tempo: 'unavailable',
        mesh: 'forbidden',
        traffic_policy: 'unknown',
      },
      context: { cluster: 'prod', namespace: 'shop', verdict: 'cause', subject: 'Deployment shop/api' },
    });
    expect(['high', 'medium']).toContain(given.analysis_quality);
    const [first] = diagnosis.causes[0]?.supports ?? [];
    expect(given.artifacts[0]?.result).toBe(diagnosis.evidence[first ?? '']?.text);
  });

  it('says what the alert lacks and what could not be read', () => {
    const gap = { source: 'metrics', statement: 'Metrics could not be read: refused', wouldShow: 'load' };
    const given = answer({ alert: { labels: { alertname: 'X' } } }, { diagnosis: { ...diagnosis, gaps: [gap] } });
    expect(given.missing_data).toEqual(['alert.labels.namespace', 'alert.labels.pod', 'metrics']);
    expect(given.warnings).toEqual(['namespace and pod missing from alert labels', gap.statement]);
  });

  it('claims no quality it does not have', () => {
    expect(answer({}, { sources: { objects: 'unreachable' } }).analysis_quality).toBe('low');
    const unsure = { ...diagnosis, verdict: 'insufficient-evidence' as const };
    expect(answer({}, { diagnosis: unsure }).analysis_quality).toBe('low');
    const fine = { ...diagnosis, verdict: 'no-fault' as const, causes: [] };
    expect(answer({}, { diagnosis: fine }).analysis_quality).toBe('high');
    expect(
      answer({}, { diagnosis: { ...fine, gaps: [{ source: 'a', statement: 'b', wouldShow: 'c' }] } }).analysis_quality,
    ).toBe('medium');
  });

  it('keeps what was found while it fired', () => {
    const given = answer({ analysis_type: 'resolved', previous_analysis: { summary: 'first\nsecond' } });
    expect(given.analysis_type).toBe('resolved');
    expect(given.analysis_detail).toContain('> first\n> second');
    expect(answer({ alert: { status: 'resolved', labels: {} } }).analysis_type).toBe('resolved');
  });
});

describe('the summary of an incident', () => {
  const summary = (request: object) => summarizeIncident(SummarizeRequest.parse(request));

  it('names alerts, span and analyses, each once', () => {
    const alerts = ['A', 'B', 'B', 'C', 'D', 'E', 'F'].map((alert_name) => ({
      alert_name,
      status: 'resolved',
      analysis_summary: alert_name === 'B' ? 'Memory limit too low.' : '',
    }));
    const given = summary({
      title: '',
      severity: 'critical',
      fired_at: '2026-03-01T09:00:00Z',
      resolved_at: '2026-03-01T09:30:00Z',
      alerts,
    });
    expect(given.title).toBe('B');
    expect(given.summary).toBe(
      'Critical incident with 7 alerts (B, A, C, D, E, and 1 more), from 2026-03-01T09:00:00Z to 2026-03-01T09:30:00Z (30m). Memory limit too low.',
    );
    expect(given.detail.match(/Memory limit too low/g)).toHaveLength(2);
    expect(given.detail).toContain('## Alerts (0 of 7 firing)');
  });

  it('admits that it knows nothing', () => {
    expect(summary({})).toMatchObject({
      title: 'Incident',
      summary: 'Incident with 0 alerts. No analysis of its alerts is known.',
    });
    expect(summary({ fired_at: '2026-03-01T09:00:00Z', alerts: [{ alert_name: 'X' }] }).summary).toContain(
      '1 alert (X), firing since',
    );
  });
});
