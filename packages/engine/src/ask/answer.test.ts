import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { answerQuestion } from './answer.ts';

const A = 'ev_aaaaaaaaaaaaaaaaaaaa';
const B = 'ev_bbbbbbbbbbbbbbbbbbbb';
const subject = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
const diagnosis: Diagnosis = {
  schema: 'headwater.diagnosis/v1',
  verdict: 'cause',
  summary: 'checkout is out of memory.',
  onset: '2026-03-01T10:02:10Z',
  causes: [
    {
      subject,
      aliases: [],
      category: 'oom-killed',
      statement: 'killed at its limit of 64Mi',
      confidence: { band: 'high', score: 0.9, basis: 'exit code 137' },
      actor: null,
      change: null,
      chain: [],
      supports: [A],
      contradicts: [],
      findings: [],
    },
  ],
  symptoms: [{ subject, statement: 'the web shop answers 502', evidence: [B] }],
  unexplained: [],
  ruledOut: [{ statement: 'no Node is under memory pressure', evidence: [B] }],
  gaps: [{ source: 'metrics', statement: 'Prometheus was not read', wouldShow: 'how memory grew' }],
  changes: [{ id: 'c1', time: '2026-03-01T10:00:00Z', title: 'limit 512Mi became 64Mi', relevance: 'same object' }],
  evidence: {
    [A]: { kind: 'field', source: 'status', text: 'OOMKilled', query: 'q', redacted: false },
    [B]: { kind: 'event', source: 'events', text: 'Back-off restarting', query: 'q', redacted: false },
  },
  remediation: [{ action: 'none', risk: 'R1', statement: 'Raise the limit', preconditions: [], undo: 'lower it' }],
  engine: { version: '1', ms: 0, objects: 1, analyzers: 1 },
};

describe('a question about an incident', () => {
  it.each([
    ['Why did it break?', 'killed at its limit of 64Mi', [A]],
    ['원인이 뭐예요?', 'killed at its limit of 64Mi', [A]],
    ['when did it start', 'It began at 2026-03-01T10:02:10Z.', []],
    ['was there a deployment?', '512Mi became 64Mi', []],
    ['how can we fix this', 'Raise the limit', []],
    ['are users affected?', 'the web shop answers 502', [B]],
    ['what is missing', 'Prometheus was not read', []],
    ['is it the memory pressure of a node?', 'no Node is under memory pressure', [B]],
  ])('%s', (question, words, evidence) => {
    const answer = answerQuestion(diagnosis, question);
    expect(answer.text).toContain(words);
    for (const id of evidence) expect(answer.evidence).toContain(id);
  });

  it('says what it does not know, and invents nothing', () => {
    const answer = answerQuestion(diagnosis, 'xyzzy?');
    expect(answer).toEqual({
      text: 'The diagnosis says nothing about that. It says: checkout is out of memory.',
      evidence: [],
    });
  });
});
