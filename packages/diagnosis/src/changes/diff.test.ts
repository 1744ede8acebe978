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

  it('names changed settings of INI and properties files', () => {
    expect(lines({ f: 'a=1\nb=2\n' }, { f: '# more\na=1\nb=3\n' })).toEqual(['spec.f.b: 2 -> 3']);
    expect(lines({ f: '[db]\npool.size = 5\n' }, { f: '[db]\npool.size = 50\n' })).toEqual([
      "spec.f.db['pool.size']: 5 -> 50",
    ]);
  });

  it('looks into YAML, whatever its order, and into what is nested in it', () => {
    const document = (size: string, mode: string) => `# settings
server:
  port: 8080
  pools:
    - name: read
      size: ${size}   # connections
    - name: write
      size: "3"
flags: |
  {"checkout": {"mode": "${mode}"}}
empty:
list:
- a
- "b: c"
`;
    expect(lines({ f: document('5', 'off') }, { f: document('50', 'on') })).toEqual([
      'spec.f.flags.checkout.mode: off -> on',
      'spec.f.server.pools[name=read].size: 5 -> 50',
    ]);
    expect(lines({ f: 'a: 1\nb: 2\n' }, { f: 'b: 2\na: 1\nc: 3\n' })).toEqual(['spec.f.c: - -> 3']);
  });

  it.each([
    ['anchors', 'a: &x 1\nb: *x\n', 'a: &x 2\nb: *x\n'],
    ['templates', 'a: {{ x }}\nb: 1\n', 'a: {{ x }}\nb: 2\n'],
    ['a text over lines', 'a: one\n  two\nb: 1\n', 'a: one\n  two\nb: 2\n'],
    ['a script', '#!/bin/sh\nexec app --port 1\n', '#!/bin/sh\nexec app --port 2\n'],
    ['a key twice', 'a: 1\na: 2\n', 'a: 1\na: 3\n'],
    ['several documents', '---\na: 1\n---\nb: 1\n', '---\na: 1\n---\nb: 2\n'],
  ])('compares lines where YAML has %s', (_, before, after) => {
    expect(lines({ f: before }, { f: after })).toHaveLength(1);
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
