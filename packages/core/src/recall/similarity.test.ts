import { describe, expect, it } from 'vitest';
import { answersTo, type Comparable, likeness, tellingWords } from './similarity.ts';

function incident(changes: Partial<Comparable> = {}): Comparable {
  return {
    title: 'KubePodCrashLooping on Deployment shop/checkout',
    summary: 'The container reached its memory limit',
    cause: 'Deployment shop/checkout reached its memory limit',
    causeCategory: 'oom-killed',
    subject: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
    ...changes,
  };
}

describe('telling words', () => {
  it('are lower case, once each, without what every text has and without hashes', () => {
    expect(tellingWords('The Pod checkout-7d9f8b6c5 of shop/checkout was killed 12 times at 0a1b2c3d')).toEqual([
      'pod',
      'checkout',
      'shop',
      'killed',
      'times',
    ]);
  });

  it('keep words of other scripts', () => {
    expect(tellingWords('디스크 가득')).toEqual(['디스크', '가득']);
  });
});

describe('likeness', () => {
  it('is whole for an incident that says the same', () => {
    expect(likeness(incident(), incident())).toEqual({
      similarity: 1,
      why: expect.stringContaining('the same kind of cause (oom-killed); the same subject (Deployment shop/checkout)'),
    });
  });

  it('is nothing without anything in common', () => {
    const other = incident({
      title: 'Zone outage',
      summary: 'Nodes vanished',
      cause: null,
      causeCategory: 'node-not-ready',
      subject: null,
    });
    expect(likeness(incident(), other)).toEqual({ similarity: 0, why: '' });
  });

  it('weighs the kind of cause above the place', () => {
    const sameFault = incident({ title: 'x', summary: 'y', cause: null, subject: null });
    const samePlace = incident({ title: 'x', summary: 'y', cause: null, causeCategory: 'dns-failing' });
    const fault = likeness(incident(), sameFault).similarity;
    expect(fault).toBeGreaterThan(likeness(incident(), samePlace).similarity);
  });

  it('takes no unknown category for a common one', () => {
    const unknown = { causeCategory: null, title: 'a1', summary: 'b1', cause: null, subject: null };
    expect(likeness(incident(unknown), incident({ ...unknown, title: 'c1', summary: 'd1' })).similarity).toBe(0);
  });
});

describe('answers to a query', () => {
  it('are whole when every word occurs, and nothing when none does', () => {
    expect(answersTo('checkout memory', ['memory of checkout is full', 'node pressure'])).toEqual([1, 0]);
  });

  it('weigh a rare word above a common one', () => {
    const [common, rare] = answersTo('service quorum', ['service a', 'quorum lost', 'service b', 'service c']);
    expect(rare).toBeGreaterThan(common ?? 1);
  });

  it('are nothing for a query without telling words', () => {
    expect(answersTo('the of 12', ['the of 12'])).toEqual([0]);
  });
});
