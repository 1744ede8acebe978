import type { DiagnosisExplanation } from '@headwater/contracts/diagnosis/explanation.ts';
import { describe, expect, it } from 'vitest';
import { captureIo } from '../cli/test-io.ts';
import { type Output, renderExplanation } from './render.ts';

const api = { kind: 'Deployment', namespace: 'shop', name: 'api' };
const web = { kind: 'Deployment', namespace: 'shop', name: 'web' };

const explanation: DiagnosisExplanation = {
  schema: 'headwater.explanation/v1',
  diagnosis: {
    schema: 'headwater.diagnosis/v1',
    verdict: 'no-fault',
    summary: 'Nothing is wrong now.',
    onset: null,
    causes: [],
    symptoms: [],
    unexplained: [],
    ruledOut: [],
    gaps: [],
    changes: [],
    evidence: {},
    remediation: [],
    engine: { version: '1', ms: 0, objects: 1, analyzers: 1 },
  },
  hypotheses: [
    {
      place: 1,
      subject: api,
      category: 'zero-replicas',
      statement: 'Deployment `api` is *scaled* to 0\u001B[2J replicas',
      role: 'cause',
      layer: 'state',
      score: 0.93,
      terms: [
        { name: 'strength', kind: 'start', value: 0.95, score: 0.95, words: 'what its own evidence is worth' },
        { name: 'relevance', kind: 'times', value: 0.97, score: 0.9215, words: '1 hop(s) away' },
        { name: 'explains', kind: 'add', value: 0.01, score: 0.9315, words: 'explains 1 other(s)' },
      ],
      findings: ['a/b'],
      accounts: [{ subject: web, hops: 1 }],
      explains: [2],
      outcome: { code: 'won', words: 'nothing else stood', against: null, through: [] },
    },
    {
      place: 2,
      subject: web,
      category: 'dependency-failing',
      statement: 'web fails',
      role: 'symptom',
      layer: 'dependency',
      score: 0.4,
      terms: [{ name: 'explained', kind: 'cap', value: 0.4, score: 0.4, words: 'is explained by another' }],
      findings: ['c/d'],
      accounts: [],
      explains: [],
      outcome: {
        code: 'explained',
        words: 'explained by Deployment shop/api',
        against: 1,
        through: [{ from: api, to: web, relation: 'calls' }],
      },
    },
  ],
  alerts: [
    {
      fingerprint: 'f1',
      name: 'HighErrorRate',
      subjects: [web],
      explainedBy: 1,
      chain: [{ from: api, to: web, relation: 'calls', effect: 'web passes on the failures of api' }],
    },
    { fingerprint: 'f2', name: 'Odd', subjects: [], explainedBy: null, chain: [] },
  ],
};

function rendered(output: Output): string {
  return renderExplanation(explanation, output, { io: captureIo().io, now: 0 });
}

describe('an explanation', () => {
  it('follows the diagnosis as text: place, score by term, fate, and each alert with its chain', () => {
    const text = rendered('table');
    const parts = [
      'NO FAULT',
      'HYPOTHESES CONSIDERED: 2',
      'Deployment shop/api',
      'zero-replicas',
      '0.93',
      'strength 0.95',
      'relevance x0.970 = 0.92',
      'explains +0.01',
      'Reported',
      'nothing else stood',
      'at most 0.40',
      'Lost',
      'explained by Deployment shop/api',
      'ALERTS: 2',
      'HighErrorRate',
      'explained by 1',
      'web passes on the failures of api',
      'Odd',
      'not explained',
    ];
    let at = 0;
    for (const part of parts) {
      expect(text.slice(at), part).toContain(part);
      at = text.indexOf(part, at) + part.length;
    }
    expect(text).not.toContain('\u001B');
  });

  it('is a document of its own for programs', () => {
    expect(JSON.parse(rendered('json'))).toEqual(explanation);
    expect(rendered('yaml')).toContain('schema: headwater.explanation/v1');
  });

  it('is a section of Markdown without foreign markup', () => {
    const text = rendered('markdown');
    expect(text).toContain('## Hypotheses considered');
    expect(text).toContain('1. **Deployment shop/api** zero-replicas, score 0.93');
    expect(text).toContain('explained by 1. web passes on the failures of api');
  });
});
