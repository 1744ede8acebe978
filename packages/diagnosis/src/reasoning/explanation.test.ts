import { DiagnosisExplanation } from '@headwater/contracts/diagnosis/explanation.ts';
import { type FixtureContent, fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { diagnose } from './diagnose.ts';
import { explainDiagnosis } from './explanation.ts';

function deployment(name: string, replicas: number, callee?: string): object[] {
  const env = callee ? [{ name: 'ADDR', value: `${callee}:80` }] : [];
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'shop', uid: `d-${name}` },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { containers: [{ name: 'app', image: `${name}:1`, env }] },
        },
      },
      status: { replicas, readyReplicas: replicas },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'shop' },
      spec: { selector: { app: name }, ports: [{ port: 80 }] },
    },
  ];
}

const failing = { labels: { alertname: 'HighErrorRate', namespace: 'shop', service: 'web' } };
const content: FixtureContent = {
  objects: [...deployment('web', 1, 'api'), ...deployment('api', 0), ...deployment('other', 0)],
  alerts: [failing, { labels: { alertname: 'HighErrorRate', namespace: 'shop', service: 'lonely' } }],
};

function explained(fixture: FixtureContent): DiagnosisExplanation {
  return explainDiagnosis(buildSnapshot(fixtureInput(fixture)), { version: '1' });
}

describe('reasoning/explanation', () => {
  it('is of its schema and holds the very diagnosis', () => {
    const explanation = explained(content);
    expect(DiagnosisExplanation.safeParse(explanation).error).toBeUndefined();
    expect(explanation.diagnosis).toEqual(diagnose(fixtureInput(content), { version: '1' }));
  });

  it('lists every hypothesis in its place with terms that come to its score', () => {
    const { hypotheses } = explained(content);
    expect(hypotheses.map(({ place }) => place)).toEqual(hypotheses.map((_, index) => index + 1));
    for (const { terms, score, category } of hypotheses) {
      expect(terms[0]).toMatchObject({ name: 'strength', kind: 'start' });
      expect(Math.min(0.99, terms.at(-1)?.score ?? 0), category).toBeCloseTo(score, 2);
    }
  });

  it('says who won and why each other lost', () => {
    const { hypotheses } = explained(content);
    const of = (name: string, category: string) =>
      hypotheses.find((entry) => entry.subject.name === name && entry.category === category);
    expect(of('api', 'zero-replicas')?.outcome.code).toBe('won');
    const elsewhere = of('other', 'zero-replicas');
    expect(elsewhere?.outcome).toMatchObject({ code: 'elsewhere', against: 1 });
    expect(elsewhere?.terms.find(({ name }) => name === 'relevance')).toMatchObject({ kind: 'times', value: 0.65 });
    for (const { outcome } of hypotheses) expect(outcome.words).not.toBe('');
  });

  it('names the edges by which one explains another', () => {
    const lost = explained({
      ...content,
      logs: {
        'shop/web-1/app': Array.from(
          { length: 8 },
          (_, index) => `2026-03-01T09:59:0${index}Z ERROR dial tcp: connect to api:80: connection refused`,
        ).join('\n'),
      },
      objects: [
        ...(content.objects ?? []),
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' } },
          spec: { containers: [{ name: 'app', image: 'web:1' }] },
          status: {
            phase: 'Running',
            conditions: [{ type: 'Ready', status: 'True' }],
            containerStatuses: [{ name: 'app', ready: true, restartCount: 0, state: { running: {} } }],
          },
        },
      ],
    }).hypotheses.filter(({ outcome }) => outcome.code === 'explained');
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.flatMap(({ outcome }) => outcome.through.map(({ relation }) => relation))).toContain('calls');
    for (const { outcome, terms } of lost) {
      expect(outcome.against).not.toBeNull();
      expect(outcome.words).toMatch(/^explained by /);
      expect(terms.at(-1)).toMatchObject({ name: 'explained', kind: 'cap', value: 0.4 });
    }
  });

  it('gives each alert its chain, and none to what nothing explains', () => {
    const { alerts, diagnosis } = explained(content);
    expect(alerts[0]).toMatchObject({ name: 'HighErrorRate', explainedBy: 1 });
    expect(alerts[0]?.chain.map(({ relation }) => relation)).toContain('calls');
    expect(alerts[1]).toMatchObject({ explainedBy: null, chain: [] });
    expect(diagnosis.unexplained).toEqual([alerts[1]?.fingerprint]);
  });
});
