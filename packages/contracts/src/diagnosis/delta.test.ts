import { expect, it } from 'vitest';
import { diagnosisDelta } from './delta.ts';
import { type Cause, DIAGNOSIS_SCHEMA, type Diagnosis, type Evidence } from './diagnosis.ts';

const STATE = 'ev_00000000000000000001';
const SAID = 'ev_00000000000000000002';

function evidence(kind: Evidence['kind'], text: string): Evidence {
  return { kind, source: 'kubernetes', text, query: 'field:spec', redacted: false };
}

function cause(name: string, category: Cause['category'] = 'oom-killed'): Cause {
  return {
    subject: { kind: 'Deployment', namespace: 'shop', name },
    aliases: [],
    category,
    statement: `${name}: ${category}`,
    confidence: { band: 'high', score: 0.9, basis: 'seen' },
    actor: null,
    change: null,
    chain: [],
    supports: [STATE],
    contradicts: [],
    findings: [],
  };
}

function diagnosis(verdict: Diagnosis['verdict'], causes: Cause[]): Diagnosis {
  return {
    schema: DIAGNOSIS_SCHEMA,
    verdict,
    summary: '',
    onset: null,
    causes,
    symptoms: [],
    unexplained: [],
    ruledOut: [],
    gaps: [],
    changes: [],
    evidence: { [STATE]: evidence('field', 'ready = False'), [SAID]: evidence('event', 'Warning BackOff') },
    remediation: [],
    engine: { version: '1', ms: 0, objects: 1, analyzers: 1 },
  };
}

it('tells causes that came and went, the verdict, and state that ended', () => {
  const delta = diagnosisDelta({
    before: diagnosis('cause', [cause('api'), cause('web')]),
    after: diagnosis('ambiguous', [cause('web'), cause('api', 'memory-leak')]),
    previousRevision: 3,
    reread: () => 'ready = True',
  });
  expect(delta).toMatchObject({
    previousRevision: 3,
    verdict: { before: 'cause', after: 'ambiguous' },
    causes: { added: ['api: memory-leak'], removed: ['api: oom-killed'] },
    noLongerTrue: [{ id: STATE, was: 'ready = False', now: 'ready = True' }],
    summary:
      'The verdict went from cause to ambiguous, 1 cause is no longer seen, 1 cause is new, 1 cited fact is no longer true.',
  });
});

it('finds no difference between equal analyses and never calls what was said untrue', () => {
  const same = diagnosis('cause', [cause('api')]);
  expect(diagnosisDelta({ before: same, after: same, previousRevision: 1, reread: ({ text }) => text })).toEqual({
    previousRevision: 1,
    verdict: null,
    causes: { added: [], removed: [] },
    symptoms: { added: [], removed: [] },
    evidence: { added: 0, removed: 0 },
    noLongerTrue: [],
    summary: 'Nothing that matters changed.',
  });
});

it('says when what was cited is gone, and counts evidence', () => {
  const before = diagnosis('cause', [cause('api')]);
  const after = { ...before, evidence: { [SAID]: evidence('event', 'Warning BackOff') } };
  const delta = diagnosisDelta({ before, after, previousRevision: 1, reread: () => null });
  expect(delta.noLongerTrue).toEqual([{ id: STATE, was: 'ready = False', now: null }]);
  expect(delta.evidence).toEqual({ added: 0, removed: 1 });
});
