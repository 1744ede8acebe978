import { expect, it } from 'vitest';
import { titleForCount, titleFromAlerts } from './title.ts';

const cart = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };

it.each([
  [
    { name: 'KubePodCrashLooping', subject: cart, namespace: 'shop' },
    3,
    'KubePodCrashLooping on Deployment shop/checkout (+2)',
  ],
  [
    { name: 'KubePodCrashLooping', subject: cart, namespace: 'shop' },
    1,
    'KubePodCrashLooping on Deployment shop/checkout',
  ],
  [{ name: 'NodeDown', subject: { kind: 'Node', name: 'worker-1' }, namespace: null }, 1, 'NodeDown on Node worker-1'],
  [{ name: 'Latency', subject: null, namespace: 'shop' }, 2, 'Latency in shop (+1)'],
  [{ name: 'Watchdog', subject: null, namespace: null }, 0, 'Watchdog'],
])('%j with %i alerts', (lead, count, title) => {
  expect(titleFromAlerts(lead, count)).toBe(title);
});

it('keeps within its length and always shows how many', () => {
  const title = titleFromAlerts({ name: 'A'.repeat(500), subject: cart, namespace: null }, 12);
  expect(title).toHaveLength(200);
  expect(title).toMatch(/A… \(\+11\)$/);
});

it('counts anew without losing its words', () => {
  expect(titleForCount('Latency in shop (+1)', 5)).toBe('Latency in shop (+4)');
  expect(titleForCount('Latency in shop', 2)).toBe('Latency in shop (+1)');
  expect(titleForCount('Latency in shop (+3)', 1)).toBe('Latency in shop');
});
