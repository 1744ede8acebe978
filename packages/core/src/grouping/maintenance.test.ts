import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../time.ts';
import { compileMaintenances, decideMaintenance, type MaintainedAlert, maintenanceReach } from './maintenance.ts';
import { compileMatchers, formatMatcher, type LabelMatcher, type MatcherOperator } from './matchers.ts';

function matcher(label: string, operator: MatcherOperator, value: string): LabelMatcher {
  return { label, operator, value };
}

const ALERT: MaintainedAlert = {
  cluster: 'prod',
  name: 'PodDown',
  namespace: 'shop',
  severity: 'warning',
  labels: { alertname: 'PodDown', team: 'web' },
};

describe('matchers', () => {
  it.each<[LabelMatcher, boolean]>([
    [matcher('team', '=', 'web'), true],
    [matcher('team', '=', 'bank'), false],
    [matcher('team', '!=', 'bank'), true],
    [matcher('team', '=~', 'web|app'), true],
    [matcher('team', '=~', 'we'), false],
    [matcher('team', '!~', 'we.'), false],
    [matcher('missing', '=', ''), true],
    [matcher('missing', '!=', 'x'), true],
    [matcher('missing', '=~', '.+'), false],
    [matcher('constructor', '=~', '.+'), false],
  ])('%j', (one, expected) => {
    expect(compileMatchers([one])(ALERT.labels)).toBe(expected);
  });

  it('must all hold', () => {
    const test = compileMatchers([matcher('team', '=', 'web'), matcher('alertname', '!=', 'PodDown')]);
    expect(test(ALERT.labels)).toBe(false);
  });

  it('names the matcher whose expression cannot be', () => {
    expect(() => compileMatchers([matcher('team', '=~', '(')])).toThrow('matcher team=~"(": the expression has a "("');
    expect(formatMatcher(matcher('team', '!~', 'a"b'))).toBe('team!~"a\\"b"');
  });
});

it('mutes by where intake read the alert to be, and says by which window', () => {
  const mutes = compileMaintenances([
    { id: 'mnt_1', matchers: [matcher('namespace', '=', 'bank')] },
    { id: 'mnt_2', matchers: [matcher('namespace', '=', 'shop'), matcher('cluster', '=~', 'prod.*')] },
  ]);
  expect(mutes(ALERT)).toBe('mnt_2');
  expect(mutes({ ...ALERT, cluster: 'test' })).toBeNull();
  expect(mutes({ ...ALERT, namespace: 'web', labels: { namespace: 'shop' } })).toBeNull();
  expect(mutes({ ...ALERT, namespace: null, labels: { namespace: 'bank' } })).toBeNull();
  expect(compileMaintenances([])(ALERT)).toBeNull();
});

it('reaches no further than equal matchers pin it', () => {
  expect(maintenanceReach([matcher('namespace', '=', 'shop'), matcher('team', '=', 'x')])).toEqual({
    cluster: null,
    namespaces: ['shop'],
  });
  expect(maintenanceReach([matcher('namespace', '=~', 'shop'), matcher('cluster', '=', 'prod')])).toEqual({
    cluster: 'prod',
    namespaces: [],
  });
});

describe('planning', () => {
  const now = Date.parse('2026-03-01T10:00:00Z');
  const plan = { matchers: [matcher('team', '=', 'web')], startsAt: now, endsAt: now + HOUR };

  it.each([
    [{}, true, 'lasts 60m'],
    [{ matchers: [] }, false, 'a maintenance needs at least one matcher'],
    [
      { matchers: [matcher('team', '!=', 'web')] },
      false,
      'the matchers would match an alert without labels; at least one must name a value',
    ],
    [{ endsAt: now }, false, 'the maintenance would have ended already'],
    [{ startsAt: now + HOUR }, false, 'the maintenance ends before it starts'],
    [{ endsAt: now + 91 * DAY }, false, 'a maintenance lasts at most 90d'],
  ])('%j', (change, allowed, reason) => {
    expect(decideMaintenance({ ...plan, ...change }, now)).toEqual({ allowed, reason });
  });
});
