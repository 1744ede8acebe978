import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { askedAbout } from './asked.ts';

const CRON = { kind: 'CronJob', namespace: 'shop', name: 'backup' };

function asked(labels: Record<string, string> | null, more = {}) {
  return askedAbout(buildSnapshot({ ...fixtureInput(labels ? { alerts: [{ labels }] } : {}), ...more }), CRON);
}

it('is a scan while nothing was asked', () => expect(asked(null)).toBe('scan'));

it('hears an alert that names the object or one of its Jobs', () => {
  expect(asked({ alertname: 'A', cronjob: 'backup', namespace: 'shop' })).toBe('named');
  expect(asked({ alertname: 'A', job_name: 'backup-29011', namespace: 'shop' })).toBe('named');
  expect(asked({ alertname: 'A', cronjob: 'backup', namespace: 'other' })).toBeNull();
  expect(asked({ alertname: 'A', deployment: 'web', namespace: 'shop' })).toBeNull();
});

it('hears a question', () => {
  expect(asked(null, { subjects: [CRON] })).toBe('named');
  expect(asked(null, { subjects: [{ kind: 'Pod', namespace: 'shop', name: 'web' }] })).toBeNull();
  expect(asked(null, { question: 'why is there no backup since Monday' })).toBe('named');
});
