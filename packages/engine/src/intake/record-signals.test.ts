import type { SignalReading } from '@headwater/contracts/webhooks/signal.ts';
import { type Actor, systemActor } from '@headwater/core/access/actor.ts';
import { AppError } from '@headwater/core/errors.ts';
import { describe, expect, it } from 'vitest';
import { type Metrics, silentMetrics } from '../ports/metrics.ts';
import type { Delivery, DeliveryOutcome } from './delivery.ts';
import { type Intake, recordSignals } from './record-signals.ts';
import { testAlert, testBody } from './test-signals.ts';

function scene(submit: (delivery: Delivery) => Promise<DeliveryOutcome>) {
  const counted: string[] = [];
  const metrics: Metrics = {
    ...silentMetrics,
    count: (name, labels, by = 1) => counted.push(`${name} ${Object.values(labels).join(' ')} ${by}`),
  };
  const intake: Intake = { queue: { submit, close: () => Promise.resolve() }, metrics, defaultCluster: 'prod' };
  const record = (signals: SignalReading, actor: Actor = systemActor) =>
    recordSignals({ actor, now: () => 5 }, intake, { source: 'alertmanager', signals });
  return { counted, record };
}

const two: SignalReading = {
  ok: true,
  body: testBody([testAlert({ namespace: 'shop' }), testAlert({ namespace: 'billing' })], { truncatedAlerts: 3 }),
};
const stored = (delivery: Delivery) =>
  Promise.resolve({ reasons: delivery.alerts.map((_, index) => (index === 0 ? 'opened' : 'repeated')) } as const);

describe('recordSignals', () => {
  it('tells what became of each alert and counts it', async () => {
    const { counted, record } = scene(stored);
    expect((await record(two)).reasons).toEqual(['opened', 'repeated']);
    expect(counted).toEqual([
      'headwater_intake_deliveries_total alertmanager stored 1',
      'headwater_intake_signals_total alertmanager opened 1',
      'headwater_intake_signals_total alertmanager repeated 1',
      'headwater_intake_truncated_alerts_total alertmanager 3',
    ]);
  });

  it('refuses a malformed body with every place', async () => {
    const { counted, record } = scene(stored);
    const faults = [
      { pointer: '/alerts/0', detail: 'found 7' },
      { pointer: '/alerts/1', detail: 'found 8' },
    ];
    await expect(record({ ok: false, faults })).rejects.toMatchObject({
      code: 'invalid',
      message: 'the body is malformed: /alerts/0: found 7 (and 1 more)',
      details: { errors: faults },
    });
    expect(counted).toEqual(['headwater_intake_deliveries_total alertmanager invalid 1']);
  });

  it('refuses the whole body of a sender that may not send for one of its namespaces', async () => {
    let submitted = 0;
    const { counted, record } = scene((delivery) => {
      submitted += 1;
      return stored(delivery);
    });
    const sender: Actor = {
      ...systemActor,
      kind: 'token',
      bindings: [{ role: 'sender', cluster: 'prod', namespace: 'shop' }],
    };
    await expect(record(two, sender)).rejects.toMatchObject({ code: 'forbidden' });
    expect([submitted, counted]).toEqual([0, ['headwater_intake_deliveries_total alertmanager forbidden 1']]);
  });

  it.each([
    [new AppError('unavailable', 'away'), 'unavailable'],
    [new AppError('internal', 'broken'), 'failed'],
    [new Error('anything'), 'failed'],
  ])('passes on %s and counts it', async (failure, outcome) => {
    const { counted, record } = scene(() => Promise.reject(failure));
    await expect(record(two)).rejects.toBe(failure);
    expect(counted).toEqual([`headwater_intake_deliveries_total alertmanager ${outcome} 1`]);
  });
});
