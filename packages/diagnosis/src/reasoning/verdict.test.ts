import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { describe, expect, it } from 'vitest';
import type { Ranked } from './rank.ts';
import { judge, type JudgementInput } from './verdict.ts';

function entry(role: 'cause' | 'symptom', evidence: readonly Pick<Evidence, 'kind' | 'query'>[]): Ranked {
  const lead = { role, layer: 'dependency', evidence };
  const hypothesis = { key: 'Deployment/shop/web#x', lead, findings: [lead] };
  const accounts = [{ target: {}, hops: 0 }];
  return { hypothesis, score: role === 'cause' ? 0.9 : 0.45, accounts, explainedBy: null } as unknown as Ranked;
}

function verdictOf(ranked: Ranked, more: Partial<JudgementInput>): ReturnType<typeof judge>['verdict'] {
  const target = { subject: { kind: 'Deployment', namespace: 'shop', name: 'web' }, exists: true, alert: 'a' };
  const seen = { canSee: true, canMeasure: true, refuted: false, unhealthy: () => [] };
  return judge({ ranked: [ranked], targets: [target], ...seen, ...more }).verdict;
}

const words = { kind: 'log', query: 'template:shop/web/app#t' } as const;
const setting = { kind: 'field', query: 'field:spec.template.spec.containers[name=app].env' } as const;
const status = { kind: 'field', query: 'field:status.containerStatuses[0].lastState.terminated' } as const;

describe('judge', () => {
  it('takes words of a log for a cause, unless metrics contradict every alert', () => {
    expect(verdictOf(entry('cause', [words, setting]), {})).toBe('cause');
    expect(verdictOf(entry('cause', [words, setting]), { refuted: true })).toBe('insufficient-evidence');
  });

  it('believes what the cluster states of itself, whatever the metrics say of the alert', () => {
    expect(verdictOf(entry('cause', [words, status]), { refuted: true })).toBe('cause');
    expect(verdictOf(entry('cause', [setting]), { refuted: true })).toBe('cause');
  });

  it('calls a service well whose alert is contradicted, though its log is noisy', () => {
    expect(verdictOf(entry('symptom', [words]), {})).toBe('insufficient-evidence');
    expect(verdictOf(entry('symptom', [words]), { refuted: true })).toBe('no-fault');
  });
});
