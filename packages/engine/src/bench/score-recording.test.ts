import type { Cause, Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { describe, expect, it } from 'vitest';
import { scoreDiagnosis } from './score-recording.ts';

const EVIDENCE = 'ev_aaaaaaaaaaaaaaaaaaaa';
const deployment = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
const pod = { kind: 'Pod', namespace: 'shop', name: 'checkout-5d9-x2k' };

function cause(change: Partial<Cause> = {}): Cause {
  return {
    subject: deployment,
    aliases: [],
    category: 'oom-killed',
    statement: 'Deployment shop/checkout is killed at its limit',
    confidence: { band: 'high', score: 0.9, basis: '' },
    actor: null,
    change: null,
    chain: [],
    supports: [EVIDENCE],
    contradicts: [],
    findings: [],
    ...change,
  };
}

function diagnosis(causes: Cause[], verdict: Diagnosis['verdict'] = 'cause'): Diagnosis {
  const evidence = {
    kind: 'field',
    source: 'kubernetes',
    text: 'limits.memory = 64Mi',
    query: 'q',
    redacted: false,
  } as const;
  return {
    schema: 'headwater.diagnosis/v1',
    verdict,
    summary: '',
    onset: null,
    causes,
    symptoms: [],
    unexplained: [],
    ruledOut: [],
    gaps: [],
    changes: [],
    evidence: { [EVIDENCE]: evidence },
    remediation: [{ action: 'rollout-undo', risk: 'R1', statement: '', preconditions: [], undo: '' }],
    engine: { version: '0', ms: 0, objects: 0, analyzers: 0 },
  };
}

const owners = (subject: Subject): Subject[] => (subject.kind === 'Pod' ? [subject, deployment] : [subject]);
const score = (found: Diagnosis, truth: unknown) => scoreDiagnosis(found, ExpectedDiagnosis.parse(truth), owners);
const truth = { verdict: 'cause', causes: [deployment], category: 'oom-killed' };

describe('scoreDiagnosis', () => {
  it('accepts the object itself, a Pod it owns, and an alias', () => {
    expect(score(diagnosis([cause()]), truth).right).toBe(true);
    expect(score(diagnosis([cause({ subject: pod })]), truth).right).toBe(true);
    const service = { kind: 'Service', namespace: 'shop', name: 'checkout' };
    expect(score(diagnosis([cause({ subject: service, aliases: [deployment] })]), truth).right).toBe(true);
    expect(score(diagnosis([cause({ subject: service })]), truth)).toMatchObject({
      right: false,
      aspects: { object: false },
    });
  });

  it('counts only the first cause, unless all are wanted', () => {
    const other = cause({ subject: { kind: 'Node', name: 'n1' }, category: 'kubelet-down' });
    expect(score(diagnosis([other, cause()]), truth).aspects).toMatchObject({ object: false, category: false });
    const both = {
      verdict: 'cause',
      allCauses: true,
      causes: [deployment, { kind: 'Node' }],
      category: ['oom-killed', 'kubelet-down'],
    };
    expect(score(diagnosis([other, cause()]), both).right).toBe(true);
    expect(score(diagnosis([cause()]), both).misses).toHaveLength(2);
  });

  it('matches wildcards and absent fields of a pattern', () => {
    const wild = (pattern: object) => score(diagnosis([cause()]), { ...truth, causes: [pattern] }).right;
    expect(wild({ kind: 'Deploy*', name: 'check*' })).toBe(true);
    expect(wild({ kind: '*', namespace: 'shop' })).toBe(true);
    expect(wild({ kind: 'Deployment', namespace: 'sho' })).toBe(false);
    expect(wild({ kind: 'Deployment', name: 'check.ut' })).toBe(false);
  });

  it('finds each keyword group in the statement or the cited evidence, whatever the letters are', () => {
    const said = (keywords: string[][]) => score(diagnosis([cause()]), { ...truth, keywords });
    expect(said([['LIMITS.memory'], ['nowhere', '64mi'], ['Killed']]).right).toBe(true);
    expect(said([['64Mi'], ['128Mi']]).misses).toEqual(['nobody says 128Mi']);
  });

  it('refuses a forbidden cause, by object through its owners and by category', () => {
    expect(score(diagnosis([cause()]), { ...truth, not: [{ category: 'oom-killed' }] }).aspects.forbidden).toBe(false);
    expect(score(diagnosis([cause({ subject: pod })]), { ...truth, not: [deployment] }).aspects.forbidden).toBe(false);
    expect(
      score(diagnosis([cause({ aliases: [{ kind: 'Node', name: 'n1' }] })]), { ...truth, not: [{ kind: 'Node' }] })
        .right,
    ).toBe(true);
  });

  it('compares the verdict alone when no cause is expected', () => {
    expect(score(diagnosis([], 'no-fault'), { verdict: 'no-fault' }).right).toBe(true);
    expect(score(diagnosis([cause()]), { verdict: 'insufficient-evidence' }).misses).toEqual([
      'verdict cause, expected insufficient-evidence',
    ]);
  });

  it('wants one of the accepted repairs', () => {
    expect(score(diagnosis([cause()]), { ...truth, remediation: ['rollout-undo', 'scale'] }).right).toBe(true);
    expect(score(diagnosis([cause()]), { ...truth, remediation: ['scale'] }).aspects.remediation).toBe(false);
  });
});
