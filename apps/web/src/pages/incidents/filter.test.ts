import type { IncidentItem } from '@headwater/contracts/http/incident.ts';
import { assert, constantFrom, property, record, string, stringMatching, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { belongs, DEFAULT_FILTER, filterFromSearch, isDefault, searchFromFilter, toggled } from './filter.ts';
import { incidentItem } from './fixtures/incident-item.ts';

const value = stringMatching(/^[a-z0-9.-]{1,12}$/).filter((text) => text !== 'any');
const values = uniqueArray(value, { maxLength: 4 });
const filters = record({
  status: uniqueArray(constantFrom('open', 'acknowledged', 'resolved'), { minLength: 0, maxLength: 3 }),
  severity: values,
  cluster: values,
  namespace: values,
  category: values,
  assignee: values,
  q: string().map((text) => text.trim()),
  sort: constantFrom('startedAt' as const, 'updatedAt' as const, 'severity' as const),
});

describe('a filter', () => {
  it('survives the way through an address', () => {
    assert(
      property(filters, (filter) => {
        const address = new URLSearchParams(searchFromFilter(filter)).toString();
        const back = filterFromSearch(Object.fromEntries(new URLSearchParams(address)));
        const sorted = (held: typeof back) => ({ ...held, status: [...held.status].sort() });
        expect(sorted(back)).toEqual(sorted(filter));
      }),
    );
  });

  it('leaves defaults out, and tells every status from the default ones', () => {
    expect(searchFromFilter(DEFAULT_FILTER)).toEqual({});
    expect(searchFromFilter({ ...DEFAULT_FILTER, status: ['acknowledged', 'open'] })).toEqual({});
    expect(searchFromFilter({ ...DEFAULT_FILTER, status: [] })).toEqual({ status: 'any' });
    expect(filterFromSearch({ status: 'any' }).status).toEqual([]);
  });

  it('reads what people type into an address', () => {
    const filter = filterFromSearch({ severity: 'critical, high,,', sort: 'loudness' });
    expect(filter).toMatchObject({
      severity: ['critical', 'high'],
      sort: 'startedAt',
      status: ['open', 'acknowledged'],
    });
  });

  it('is the default whatever the order of the rows', () => {
    expect(isDefault({ ...DEFAULT_FILTER, sort: 'severity' })).toBe(true);
    expect(isDefault({ ...DEFAULT_FILTER, q: 'postgres' })).toBe(false);
  });

  it('toggles one value', () => {
    const once = toggled(DEFAULT_FILTER, 'cluster', 'prod');
    expect(once.cluster).toEqual(['prod']);
    expect(toggled(once, 'cluster', 'prod')).toEqual(DEFAULT_FILTER);
  });
});

describe('whether a changed incident stays in the list', () => {
  const incident: IncidentItem = incidentItem({ namespaces: ['shop', 'pay'], assignee: 'ada' });
  it.each([
    [{}, true],
    [{ status: ['resolved'] }, false],
    [{ status: [] }, true],
    [{ namespace: ['pay'] }, true],
    [{ namespace: ['bank'] }, false],
    [{ category: ['oom-killed'] }, false],
    [{ assignee: ['me'] }, true],
    [{ assignee: ['none'] }, false],
    [{ q: 'what only the server can judge' }, true],
  ])('%j: %s', (part, expected) => {
    expect(belongs({ ...DEFAULT_FILTER, ...part }, incident, 'ada')).toBe(expected);
  });

  it('does not when it was hidden', () => {
    expect(belongs(DEFAULT_FILTER, { ...incident, hidden: true }, 'ada')).toBe(false);
  });
});
