import { MINUTE } from '@headwater/core/time.ts';
import { person } from '@headwater/engine/correlate/test-correlation.ts';
import { editIncident } from '@headwater/engine/incidents/edit.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeEach, expect, it } from 'vitest';
import { type Receiver, startReceiver } from './test-receiver.ts';

const database = useDatabase('18');
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver(database());
});

async function fire(alertname: string, severity?: string): Promise<string> {
  const labels = { alertname, namespace: 'shop', deployment: 'cart', ...(severity && { severity }) };
  await receiver.post([{ labels, startsAt: receiver.now }]);
  await receiver.correlate();
  receiver.now += MINUTE;
  const [incident, ...others] = await receiver.incidents();
  expect(others).toEqual([]);
  return incident?.severity ?? 'none';
}

it('the first alert sets it, a graver one raises it, a lesser one leaves it', async () => {
  expect(await fire('Latency', 'info')).toBe('info');
  expect(await fire('Errors', 'warning')).toBe('warning');
  expect(await fire('Down', 'page')).toBe('critical');
  expect(await fire('Restarts', 'warning')).toBe('critical');
});

it('an alert without a severity, or with a word of its own, does not pin it', async () => {
  expect(await fire('Unlabelled')).toBe('unknown');
  expect(await fire('Foreign', 'purple')).toBe('unknown');
  expect(await fire('Down', 'critical')).toBe('critical');
});

it("a person's choice stands", async () => {
  await fire('Latency', 'warning');
  const [incident] = await receiver.incidents();
  await editIncident(receiver.ctx(person('responder')), { incidentId: incident?.id ?? '', severity: 'info' });
  expect(await fire('Down', 'critical')).toBe('info');
});
