import { expect, it } from 'vitest';
import { parseYamlText } from './yaml-text.ts';

function values(text: string): unknown[] {
  return [...parseYamlText(text)].map((document) => ('fault' in document ? document.fault : document.value));
}

it('reads every document and skips empty ones', () => {
  expect(values('%YAML 1.2\n---\na: 1\n---\n# nothing\n---\nb: [2]\n--- {c: 3}\n')).toEqual([
    { a: 1 },
    { b: [2] },
    { c: 3 },
  ]);
  expect(values('# only a comment\n')).toEqual([]);
});

it('keeps times and yes as texts, as Kubernetes does', () => {
  expect(values('at: 2026-03-01T10:00:00Z\nanswer: yes\nport: 8080')).toEqual([
    { at: '2026-03-01T10:00:00Z', answer: 'yes', port: 8080 },
  ]);
});

it('does not take dashes inside a block for a new document', () => {
  expect(values('cert: |\n  ---\n  -----BEGIN\ntext: "---"\n')).toEqual([{ cert: '---\n-----BEGIN\n', text: '---' }]);
});

it.each([
  ['a: 1\n---\nb: [1, 2\n---\nc: 3\n', 4],
  ['a: 1\n---\n\nb: 1\nb: 2\n', 5],
  ['a: 1\n---\nb:\n\t- c\n', 4],
])('names the line of a broken document and keeps the others: %j', (text, line) => {
  const found = values(text);
  expect(found[0]).toEqual({ a: 1 });
  expect(found[1]).toMatchObject({ line, expected: 'sound YAML' });
});

it('refuses aliases that would unfold without end', () => {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 0; level < 6; level++) {
    const [name, before] = [String.fromCharCode(98 + level), String.fromCharCode(97 + level)];
    lines.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(', ')}]`);
  }
  expect(values(lines.join('\n'))).toMatchObject([{ line: 1, what: expect.stringMatching(/alias/i) }]);
});

it('knows where a value stands', () => {
  const [, second] = [...parseYamlText('a: 1\n---\nb:\n  - c: x\n    d: 7\n')];
  const at = (path: (string | number)[]) => (second && 'value' in second ? second.positionOf(path) : null);
  expect(at(['b', 0, 'd'])).toEqual({ line: 5, column: 8 });
  expect(at(['b', 0, 'missing'])).toEqual({ line: 4, column: 5 });
  expect(at([])).toEqual({ line: 3, column: 1 });
});
