import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { citeAbsent, citeField, citeLog } from '../evidence/cite.ts';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { checkClaim, checkEvidence } from './claims.ts';
import { ungrounded } from './grounding.ts';

const snapshot = buildSnapshot(
  fixtureInput({
    objects: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { replicas: 3 },
      },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web-config', namespace: 'shop' } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace: 'shop' }, data: { password: 'hunter2' } },
    ],
    logs: { 'shop/web-1/app': '2026-03-01T09:59:00Z connection refused by 10.0.0.5:5432' },
  }),
);
const deployment = snapshot.objects.list('Deployment')[0];
const stream = snapshot.logs.all[0];

describe('checker/claims', () => {
  it('accepts what the snapshot shows', () => {
    if (!deployment) throw new Error('fixture');
    expect(
      checkClaim(snapshot, {
        statement: 'It wants 3 replicas',
        subjects: [],
        evidence: [citeField(deployment, 'spec.replicas')],
      }),
    ).toEqual([]);
  });

  it('refuses a wrong value, a wrong object and a number from nowhere', () => {
    if (!deployment) throw new Error('fixture');
    const evidence = citeField(deployment, 'spec.replicas');
    expect(checkEvidence(snapshot, { ...evidence, text: evidence.text.replace('3', '5') })).toContain('= 3');
    expect(
      checkEvidence(snapshot, { ...evidence, subject: { kind: 'Deployment', namespace: 'shop', name: 'api' } }),
    ).toContain('nothing in the snapshot');
    expect(checkClaim(snapshot, { statement: 'It wants 7 replicas', subjects: [], evidence: [evidence] })).toEqual([
      '"7" is not in the cited evidence',
    ]);
    expect(checkClaim(snapshot, { statement: 'It wants replicas', subjects: [], evidence: [] })).toEqual([
      'cites no evidence',
    ]);
  });

  it('refuses an invented log line', () => {
    const line = stream?.lines[0];
    if (!stream || !line) throw new Error('fixture');
    const evidence = citeLog(stream, line);
    expect(checkEvidence(snapshot, evidence)).toBeNull();
    expect(checkEvidence(snapshot, { ...evidence, text: 'disk full' })).toContain('connection refused');
    expect(checkEvidence(snapshot, { ...evidence, query: `${evidence.query}9` })).toContain('nothing in the snapshot');
    expect(checkEvidence(snapshot, { ...evidence, time: '2026-03-01T09:00:00Z' })).not.toBeNull();
  });

  it('accepts absence only of a kind that was listed', () => {
    expect(
      checkEvidence(snapshot, citeAbsent(snapshot, { kind: 'ConfigMap', namespace: 'shop', name: 'gone' })),
    ).toBeNull();
    expect(
      checkEvidence(snapshot, citeAbsent(snapshot, { kind: 'ConfigMap', namespace: 'shop', name: 'web-config' })),
    ).not.toBeNull();
    expect(
      checkEvidence(snapshot, citeAbsent(snapshot, { kind: 'NetworkPolicy', namespace: 'shop', name: 'gone' })),
    ).not.toBeNull();
  });

  it('never lets a Secret value into evidence', () => {
    const secret = snapshot.objects.get('Secret', 'shop', 'db');
    if (!secret) throw new Error('fixture');
    expect(citeField(secret, 'data.password')).toMatchObject({
      redacted: true,
      text: expect.not.stringContaining('hunter2'),
    });
  });
});

describe('checker/grounding', () => {
  it('accepts rounded amounts and percentages of what was cited', () => {
    expect(ungrounded('uses 63.9Mi of `64Mi`', ['usage 66993152', 'limit = 64Mi'])).toEqual([]);
    expect(ungrounded('throttled in 97% of periods', ['ratio 0.971'])).toEqual([]);
    expect(ungrounded('uses 80Mi of `64Mi`', ['usage 66993152', 'limit = 64Mi'])).toEqual(['80Mi']);
  });

  it('demands every literal in backticks', () => {
    expect(ungrounded('`web` misses `db-creds`', ['secret "db-creds" not found on web'])).toEqual([]);
    expect(ungrounded('`web` misses `db-cred2`', ['secret "db-creds" not found on web'])).toEqual(['db-cred2']);
  });
});
