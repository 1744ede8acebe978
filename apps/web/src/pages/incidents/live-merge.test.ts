import { describe, expect, it } from 'vitest';
import { incidentItem } from './fixtures/incident-item.ts';
import { beyondHead, type IncidentPageData, mergeLive } from './live-merge.ts';

const row = (id: string, version = 1, status: 'open' | 'resolved' = 'open') => incidentItem({ id, version, status });
const page = (ids: readonly string[], nextCursor: string | null = null): IncidentPageData => ({
  items: ids.map((id) => row(id)),
  nextCursor,
});
const ids = (pages: readonly IncidentPageData[]) => pages.map((one) => one.items.map((incident) => incident.id));
const belongs = (incident: { status: string }) => incident.status === 'open';
const none = new Map<string, null>();

describe('merging what changed into the loaded list', () => {
  it('brings new rows in at the head and leaves every other where it is', () => {
    const pages = [page(['c', 'b'], 'next'), page(['a'])];
    const merged = mergeLive(pages, { head: [row('d'), row('c'), row('b')], single: none, belongs });
    expect(ids(merged.pages)).toEqual([['d', 'c', 'b'], ['a']]);
    expect(merged.pages[0]?.nextCursor).toBe('next');
    expect(merged).toMatchObject({ added: ['d'], changed: [] });
  });

  it('changes a row in its place and says which', () => {
    const merged = mergeLive([page(['b', 'a'])], { head: [row('b'), row('a', 2)], single: none, belongs });
    expect(merged.pages[0]?.items.map((incident) => incident.version)).toEqual([1, 2]);
    expect(merged.changed).toEqual(['a']);
  });

  it('never lets an older answer replace a newer row', () => {
    const pages = [{ items: [row('a', 5)], nextCursor: null }];
    const merged = mergeLive(pages, { head: [row('a', 4)], single: none, belongs });
    expect(merged.pages[0]?.items[0]?.version).toBe(5);
    expect(merged.changed).toEqual([]);
  });

  it('lets go of what no longer belongs, what is gone, and never adds what does not belong', () => {
    const single = new Map([
      ['b', row('b', 2, 'resolved')],
      ['a', null],
    ]);
    const merged = mergeLive([page(['c', 'b', 'a'])], { head: [row('c'), row('x', 1, 'resolved')], single, belongs });
    expect(ids(merged.pages)).toEqual([['c']]);
  });

  it('puts a row that moved up from below where the server has it, not on top', () => {
    const head = [row('d'), row('c'), row('b'), row('a')];
    const merged = mergeLive([page(['d', 'b'])], { head, single: none, belongs });
    expect(ids(merged.pages)).toEqual([['d', 'c', 'b', 'a']]);
  });

  it('leaves to the next page what comes after the last row', () => {
    const merged = mergeLive([page(['d', 'c'], 'next')], { head: [row('c'), row('b')], single: none, belongs });
    expect(ids(merged.pages)).toEqual([['d', 'c']]);
    expect(merged.added).toEqual([]);
  });

  it('fills a list that was empty', () => {
    expect(ids(mergeLive([], { head: [row('a')], single: none, belongs }).pages)).toEqual([['a']]);
  });
});

describe('what is asked for one by one', () => {
  it('is what was touched, is loaded, and is not told by the new head', () => {
    const pages = [page(['d', 'c']), page(['b', 'a'])];
    expect(beyondHead(pages, [row('d'), row('c')], new Set(['d', 'a', 'elsewhere']))).toEqual(['a']);
  });
});
