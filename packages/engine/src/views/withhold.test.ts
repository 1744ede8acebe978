import { DIAGNOSIS_SCHEMA, Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Scope } from '@headwater/core/access/scope.ts';
import { describe, expect, it } from 'vitest';
import { WITHHELD, withholdCause, withholdDiagnosis, withholdEvent } from './withhold.ts';

const shopOnly: Scope = { everything: false, clusters: [], namespaces: [{ cluster: 'prod', namespaces: ['shop'] }] };
const everything: Scope = { everything: true, clusters: [], namespaces: [] };
const OWN = 'ev_aaaaaaaaaaaaaaaaaaaa';
const FOREIGN = 'ev_bbbbbbbbbbbbbbbbbbbb';
const NODE = 'ev_cccccccccccccccccccc';

function diagnosis(): Diagnosis {
  const database = { kind: 'StatefulSet', namespace: 'payments', name: 'ledger-db' };
  const checkout = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
  return Diagnosis.parse({
    schema: DIAGNOSIS_SCHEMA,
    verdict: 'cause',
    summary: 'checkout fails because payments/ledger-db is down',
    onset: null,
    causes: [
      {
        subject: database,
        aliases: [],
        category: 'oom-killed',
        statement: 'ledger-db of payments was killed for memory',
        confidence: { band: 'high', score: 0.9, basis: 'an event' },
        actor: null,
        change: null,
        chain: [{ from: database, to: checkout, relation: 'calls', effect: 'refused', evidence: [FOREIGN] }],
        supports: [FOREIGN],
        contradicts: [],
        findings: [],
      },
    ],
    symptoms: [{ subject: checkout, statement: 'checkout answers 500', evidence: [OWN] }],
    unexplained: ['ledger-db refuses connections'],
    ruledOut: [],
    gaps: [],
    changes: [
      {
        id: 'chg_1',
        time: '2026-03-01T09:00:00Z',
        subject: { kind: 'ConfigMap', namespace: 'payments', name: 'limits' },
        title: 'ConfigMap payments/limits was changed by Argo CD application money',
        actor: 'Argo CD application money',
        diff: [{ path: 'data.ceiling', before: '10', after: '9000' }],
        relevance: '5m before the onset, on the cause itself',
      },
      {
        id: 'chg_2',
        time: '2026-03-01T08:00:00Z',
        subject: checkout,
        title: 'Deployment shop/checkout was changed',
        diff: [{ path: 'spec.replicas', before: '2', after: '3' }],
        relevance: '65m before the onset',
      },
    ],
    evidence: {
      [OWN]: { kind: 'log', source: 'pod', subject: checkout, text: 'HTTP 500', query: 'logs shop', redacted: false },
      [FOREIGN]: {
        kind: 'metric',
        source: 'prometheus',
        subject: database,
        text: 'limit reached with password=hunter2',
        series: { labels: { namespace: 'payments' }, samples: [[1, 2]] },
        query: 'container_memory{namespace="payments"}',
        redacted: false,
      },
      [NODE]: {
        kind: 'event',
        source: 'api',
        subject: { kind: 'Node', name: 'n1' },
        text: 'ready',
        query: 'q',
        redacted: false,
      },
    },
    remediation: [],
    engine: { version: '0', ms: 1, objects: 1, analyzers: 1 },
  });
}

describe('a diagnosis that reaches into another namespace', () => {
  it('leaves nothing of that namespace behind', () => {
    const { body, withheld } = withholdDiagnosis(shopOnly, 'prod', diagnosis());
    expect(withheld).toEqual([FOREIGN]);
    const text = JSON.stringify(body);
    for (const secret of ['payments', 'ledger-db', 'hunter2', 'container_memory', 'ceiling', '9000', 'money'])
      expect(text).not.toContain(secret);
    expect(body.causes[0]?.subject).toEqual({ kind: 'StatefulSet', name: WITHHELD });
  });

  it('keeps the own namespace, the cluster and the shape of the contract', () => {
    const { body } = withholdDiagnosis(shopOnly, 'prod', diagnosis());
    expect(Diagnosis.safeParse(body).error).toBeUndefined();
    expect(body.evidence[OWN]).toEqual(diagnosis().evidence[OWN]);
    expect(body.evidence[NODE]?.text).toBe('ready');
    expect(body.symptoms).toEqual(diagnosis().symptoms);
    expect(body.changes[1]).toEqual(diagnosis().changes[1]);
    expect(body.causes[0]?.category).toBe('oom-killed');
  });

  it('is whole for who may see everything', () => {
    expect(withholdDiagnosis(everything, 'prod', diagnosis())).toEqual({ body: diagnosis(), withheld: [] });
  });

  it('does not mistake a cluster of the same namespace for the own one', () => {
    expect(withholdDiagnosis(shopOnly, 'other', diagnosis()).withheld).toEqual([OWN, FOREIGN]);
  });
});

describe('a cause on an incident', () => {
  const row = {
    cluster: 'prod',
    title: 'ledger-db was killed',
    cause: 'ledger-db was killed',
    causeNamespace: 'payments',
  };

  it('is told in general words when it lies elsewhere, in the title too when that came from the diagnosis', () => {
    const seen = withholdCause(shopOnly, { ...row, titleBy: 'diagnosis' as const });
    expect(JSON.stringify([seen.title, seen.cause])).not.toContain('ledger');
    expect(withholdCause(shopOnly, { ...row, titleBy: 'alerts' as const }).title).toBe(row.title);
  });

  it('stays when it lies in the scope or in no namespace', () => {
    expect(withholdCause(shopOnly, { ...row, causeNamespace: 'shop' }).cause).toBe(row.cause);
    expect(withholdCause(shopOnly, { ...row, causeNamespace: null }).cause).toBe(row.cause);
  });
});

describe('an event that tells of a diagnosis', () => {
  const event = {
    id: 1,
    at: 0,
    kind: 'incident.diagnosed',
    incidentId: 'inc_1',
    cluster: 'prod',
    namespaces: ['shop'],
    actor: 'Headwater',
    payload: { revision: 1, summary: 'ledger-db was killed', causeNamespace: 'payments' },
  };

  it('says nothing of a cause that lies elsewhere', () => {
    const seen = withholdEvent(shopOnly, event);
    expect(JSON.stringify(seen)).not.toMatch(/ledger|payments/);
    expect(seen).toMatchObject({ id: 1, payload: { revision: 1 } });
  });

  it('says nothing of a plan for something elsewhere', () => {
    const payload = { remediationId: 'rem_1', statement: 'Restart ledger-db', targetNamespace: 'payments' };
    const plan = { ...event, kind: 'incident.remediation', payload };
    expect(JSON.stringify(withholdEvent(shopOnly, plan))).not.toMatch(/ledger|payments/);
    expect(withholdEvent(everything, plan)).toBe(plan);
  });

  it('is whole for who may read the cause, and so is every other event', () => {
    expect(withholdEvent(everything, event)).toBe(event);
    const other = { ...event, kind: 'incident.commented' };
    expect(withholdEvent(shopOnly, other)).toBe(other);
  });
});
