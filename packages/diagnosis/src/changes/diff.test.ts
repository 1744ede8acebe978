import { describe, expect, it } from 'vitest';
import { diffFields } from './diff.ts';
import { redactDiff } from './redact.ts';

function lines(before: unknown, after: unknown): string[] {
  return diffFields(before, after, 'spec').map(
    ({ path, before: old, after: now }) => `${path}: ${old ?? '-'} -> ${now ?? '-'}`,
  );
}

describe('diffFields', () => {
  it('compares named list items by name, whatever their order', () => {
    expect(
      lines(
        {
          c: [
            { name: 'a', v: 1 },
            { name: 'b', v: 2 },
          ],
        },
        {
          c: [
            { name: 'b', v: 3 },
            { name: 'a', v: 1 },
          ],
        },
      ),
    ).toEqual(['spec.c[name=b].v: 2 -> 3']);
  });

  it('shows a whole list when its items have no names', () => {
    expect(lines({ args: ['a'] }, { args: ['b'] })).toEqual(['spec.args: ["a"] -> ["b"]']);
    expect(lines({ c: [{ name: 'a' }, { name: 'a' }] }, { c: [{ name: 'a' }] })).toEqual([
      'spec.c: [{"name":"a"},{"name":"a"}] -> [{"name":"a"}]',
    ]);
  });

  it('takes two equal lists for the same, whether or not their items have names', () => {
    const spec = { args: ['a', 'b'], tolerations: [{ operator: 'Exists' }], n: 1 };
    expect(lines(spec, { ...structuredClone(spec), n: 2 })).toEqual(['spec.n: 1 -> 2']);
  });

  it('takes absent, null and empty for the same', () => {
    expect(lines({ a: null, b: [], c: {} }, {})).toEqual([]);
  });

  it('quotes keys that are no plain words, so that the path can be read again', () => {
    expect(lines({ labels: { 'a.b/c': '1' } }, { labels: { 'a.b/c': '2' } })).toEqual(["spec.labels['a.b/c']: 1 -> 2"]);
  });

  it('looks into JSON inside a field and falls back to lines when only its form changed', () => {
    expect(lines({ doc: '{"a":{"b":1}}' }, { doc: '{"a":{"b":2}}' })).toEqual(['spec.doc.a.b: 1 -> 2']);
    expect(lines({ doc: '{"a":1}' }, { doc: '{ "a": 1 }' })).toHaveLength(1);
  });

  it('names changed lines of INI and properties files', () => {
    expect(lines({ f: 'a=1\nb=2\n' }, { f: 'a=1\nb=3\n' })).toEqual(['spec.f.b: b=2 -> b=3']);
  });

  it('shows one block when nearly everything changed', () => {
    const text = (seed: string) => Array.from({ length: 40 }, (_, index) => `${seed}${index}`).join('\n');
    expect(lines({ f: text('a') }, { f: text('b') })).toHaveLength(1);
  });

  it('is bounded in number and length', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, 'x'.repeat(5_000)]));
    const found = diffFields({}, many, '');
    expect(found.length).toBeLessThanOrEqual(40);
    expect(Math.max(...found.map(({ after }) => after?.length ?? 0))).toBeLessThanOrEqual(240);
  });
});

describe('redactDiff', () => {
  const hidden = (kind: string, path: string) =>
    redactDiff(kind, [{ path, before: 'old', after: 'new' }])[0]?.after !== 'new';

  it.each([
    ['Secret', 'data.user'],
    ['ConfigMap', 'data.DB_PASSWORD'],
    ['Deployment', 'spec.template.spec.containers[name=a].env[name=API_TOKEN].value'],
  ])('hides %s %s', (kind, path) => expect(hidden(kind, path)).toBe(true));

  it.each([
    ['ConfigMap', 'data.LOG_LEVEL'],
    ['Deployment', 'spec.template.spec.volumes[name=a].secret.secretName'],
    ['Deployment', 'spec.template.spec.containers[name=a].env[name=DB_PASSWORD].valueFrom.secretKeyRef.name'],
  ])('shows %s %s', (kind, path) => expect(hidden(kind, path)).toBe(false));
});
