import { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { checkDiagnosis } from '../checker/diagnosis.ts';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { diagnose, diagnosisSteps } from './diagnose.ts';

function workload(name: string, replicas: number, ready: number): object[] {
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'shop', uid: `d-${name}` },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image: `${name}:1` }] } },
      },
      status: { replicas, readyReplicas: ready },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'shop' },
      spec: { selector: { app: name }, ports: [{ port: 80 }] },
    },
  ];
}

const alert = {
  labels: { alertname: 'KubeDeploymentReplicasMismatch', namespace: 'shop', deployment: 'api' },
  startsAt: '2026-03-01T09:55:00Z',
};

describe('reasoning/diagnose', () => {
  it('names the cause, cites it, and every claim holds', () => {
    const input = fixtureInput({ objects: [...workload('api', 0, 0), ...workload('web', 2, 2)], alerts: [alert] });
    const diagnosis = diagnose(input, { version: '1' });
    expect(Diagnosis.safeParse(diagnosis).error).toBeUndefined();
    expect(diagnosis.verdict).toBe('cause');
    expect(diagnosis.causes[0]).toMatchObject({
      subject: { kind: 'Deployment', name: 'api' },
      category: 'zero-replicas',
    });
    expect(diagnosis.causes[0]?.supports.length).toBeGreaterThan(0);
    expect(checkDiagnosis(buildSnapshot(input), diagnosis)).toEqual([]);
    expect(diagnosis.unexplained).toEqual([]);
  });

  it('says no-fault of what is healthy', () => {
    const diagnosis = diagnose(fixtureInput({ objects: workload('api', 2, 2), alerts: [alert] }), { version: '1' });
    expect(diagnosis).toMatchObject({ verdict: 'no-fault', causes: [], onset: null });
  });

  it('does not take an alert alone for something seen', () => {
    const starved = { labels: { alertname: 'NoRequestsReceived', namespace: 'shop', service: 'api' } };
    const input = fixtureInput({ objects: workload('api', 2, 2), alerts: [starved] });
    const measured = { ...input, sources: { ...input.sources, metrics: 'present' as const } };
    expect(diagnose(measured, { version: '1' }).verdict).toBe('no-fault');
  });

  it('calls nothing healthy when an alert speaks of requests and no telemetry was read', () => {
    const failing = { labels: { alertname: 'HighErrorRate', namespace: 'shop', service: 'api' } };
    const input = fixtureInput({ objects: workload('api', 2, 2), alerts: [failing] });
    expect(diagnose(input, { version: '1' }).verdict).toBe('insufficient-evidence');
  });

  it('calls nothing healthy when an alert names only what was not read', () => {
    const lost = { labels: { alertname: 'KubeNodeNotReady', node: 'worker-9' } };
    const input = fixtureInput({ objects: workload('api', 2, 2), alerts: [alert, lost] });
    expect(diagnose(input, { version: '1' }).verdict).toBe('insufficient-evidence');
  });

  it('lets a rollout on its way be short of replicas until its deadline', () => {
    const conditions = (lastUpdateTime: string): object[] => [
      { type: 'Available', status: 'True' },
      { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', lastUpdateTime },
    ];
    const verdictAt = (updated: string): string => {
      const [deployment] = workload('api', 4, 3);
      const rolling = { ...deployment, status: { replicas: 4, readyReplicas: 3, conditions: conditions(updated) } };
      return diagnose(fixtureInput({ objects: [rolling] }), { version: '1' }).verdict;
    };
    expect(verdictAt('2026-03-01T09:59:30Z')).toBe('no-fault');
    expect(verdictAt('2026-03-01T08:00:00Z')).toBe('insufficient-evidence');
  });

  it('abstains when something is visibly wrong but nothing says why', () => {
    const diagnosis = diagnose(fixtureInput({ objects: workload('api', 2, 0), alerts: [alert] }), { version: '1' });
    expect(diagnosis.verdict).toBe('insufficient-evidence');
    expect(diagnosis.symptoms[0]?.statement).toContain('no ready replica of 2');
    expect(diagnosis.gaps.map(({ source }) => source)).toContain('logs');
  });

  it('abstains when the alert names what was not read', () => {
    const diagnosis = diagnose(fixtureInput({ objects: workload('web', 2, 2), alerts: [alert] }), { version: '1' });
    expect(diagnosis.verdict).toBe('insufficient-evidence');
    expect(diagnosis.summary).toContain('shop/api');
  });

  it('gives the same bytes whatever the order of objects', () => {
    const objects = [...workload('api', 0, 0), ...workload('web', 2, 1), ...workload('db', 1, 1)];
    const forward = diagnose(fixtureInput({ objects, alerts: [alert] }), { version: '1' });
    const backward = diagnose(fixtureInput({ objects: [...objects].reverse(), alerts: [alert] }), { version: '1' });
    expect(JSON.stringify(backward)).toBe(JSON.stringify(forward));
  });

  it('comes to the same in steps, pausing between the analyzers', () => {
    const input = fixtureInput({ objects: workload('api', 0, 0), alerts: [alert] });
    const steps = diagnosisSteps(buildSnapshot(input), { version: '1' });
    let pauses = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) pauses++;
    expect(step.value).toEqual(diagnose(input, { version: '1' }));
    expect(pauses).toBe(step.value?.engine.analyzers);
  });
});
