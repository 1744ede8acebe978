import { diagnose } from '@headwater/diagnosis/reasoning/diagnose.ts';
import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { categoryWords, inputHash, onIncident, phaseOf } from './on-incident.ts';

const firing: Alert = { fingerprint: 'a', status: 'firing', labels: {}, annotations: {}, startsAt: 1, endsAt: null };
const resolved: Alert = { ...firing, fingerprint: 'b', status: 'resolved', endsAt: 2 };
const nothing = diagnose(fixtureInput({ objects: [], alerts: [] }), { version: 'test' });
const subject = { kind: 'Deployment', namespace: 'shop', name: 'api' };
const cause = {
  subject,
  aliases: [],
  category: 'oom-killed' as const,
  statement: 'it is killed',
  confidence: { band: 'high' as const, score: 0.9, basis: 'seen' },
  actor: null,
  change: null,
  chain: [],
  supports: ['ev_00000000000000000001'],
  contradicts: [],
  findings: [],
};
const named = { ...nothing, verdict: 'cause' as const, causes: [cause] };

describe('what a diagnosis says on its incident', () => {
  const put = (diagnosis: typeof named | typeof nothing, titleBy: 'alerts' | 'diagnosis' | 'person' = 'alerts') =>
    onIncident({ diagnosisId: 'dia_1', diagnosis, titleBy, at: 5 });

  it('is the cause with its words when there is one', () => {
    expect(put(named)).toMatchObject({
      cause: 'it is killed',
      causeCategory: 'oom-killed',
      confidence: 'high',
      title: 'Deployment shop/api: OOM killed',
      at: 5,
    });
  });

  it('leaves the title to the alerts without a clear cause, and to a person who gave one', () => {
    expect(put({ ...named, verdict: 'ambiguous' })).toMatchObject({ title: null, cause: 'it is killed' });
    expect(put({ ...named, verdict: 'insufficient-evidence' })).toMatchObject({
      title: null,
      cause: null,
      confidence: null,
    });
    expect(put(named, 'person').title).toBeNull();
    expect(put(named, 'diagnosis').title).not.toBeNull();
    expect(put(nothing)).toMatchObject({ title: null, causeCategory: null });
  });

  it('cuts a title that is too long to read', () => {
    const long = { ...named, causes: [{ ...cause, subject: { ...subject, name: 'x'.repeat(300) } }] };
    expect(put(long).title).toHaveLength(160);
  });
});

describe('the input hash', () => {
  it('is the same whatever the order of alerts, and another one when alerts, verdict, causes or evidence are', () => {
    const base = inputHash([firing, resolved], named);
    expect(inputHash([resolved, firing], named)).toBe(base);
    const others = [
      inputHash([firing], named),
      inputHash([{ ...firing, startsAt: 9 }, resolved], named),
      inputHash([{ ...firing, status: 'resolved' }, resolved], named),
      inputHash([firing, resolved], nothing),
      inputHash([firing, resolved], { ...named, causes: [{ ...cause, category: 'memory-leak' }] }),
      inputHash([firing, resolved], {
        ...named,
        evidence: { ev_1: { kind: 'field', source: 'k', text: 't', query: 'q', redacted: false } },
      }),
    ];
    expect(new Set([base, ...others]).size).toBe(others.length + 1);
  });
});

it('tells phases by the alerts and categories in words', () => {
  expect(phaseOf([firing, resolved])).toBe('firing');
  expect(phaseOf([resolved])).toBe('resolved');
  expect(categoryWords('mtls-mismatch')).toBe('mTLS mismatch');
  expect(categoryWords('pv-pvc-mismatch')).toBe('PV PVC mismatch');
  expect(categoryWords('zero-replicas')).toBe('zero replicas');
});
