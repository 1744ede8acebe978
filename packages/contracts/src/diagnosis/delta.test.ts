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
    statement: `${name} broke`,
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

const against = { revision: 1, phase: 'firing' } as const;

it('tells causes that came and went, the verdict, and state that ended', () => {
  const delta = diagnosisDelta({
    before: diagnosis('cause', [cause('api'), cause('web')]),
    after: diagnosis('ambiguous', [cause('web'), cause('api', 'memory-leak')]),
    against,
    reread: () => 'ready = True',
  });
  expect(delta.verdict).toEqual({ before: 'cause', after: 'ambiguous' });
  expect(delta.causesAdded).toMatchObject([{ category: 'memory-leak' }]);
  expect(delta.causesRemoved).toMatchObject([{ subject: { name: 'api' }, category: 'oom-killed' }]);
  expect(delta.noLongerTrue).toEqual([{ id: STATE, was: 'ready = False', now: 'ready = True' }]);
});

it('finds no difference between equal analyses and never calls what was said untrue', () => {
  const same = diagnosis('cause', [cause('api')]);
  expect(diagnosisDelta({ before: same, after: same, against, reread: ({ text }) => text })).toEqual({
    against,
    verdict: null,
    causesAdded: [],
    causesRemoved: [],
    noLongerTrue: [],
  });
});

it('says when what was cited is gone', () => {
  const same = diagnosis('cause', [cause('api')]);
  const delta = diagnosisDelta({ before: same, after: same, against, reread: () => null });
  expect(delta.noLongerTrue).toEqual([{ id: STATE, was: 'ready = False', now: null }]);
});
