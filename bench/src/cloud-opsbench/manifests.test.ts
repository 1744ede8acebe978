import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseManifests } from './manifests.ts';

const whole = (text: string): unknown[] => parseAllDocuments(text).map((document) => document.toJS() as unknown);

describe('parseManifests', () => {
  it.each([
    'a: 1\nb:\n  c: x:1\n  d: "5" # five\n  e: \n  - f: true\n    g:\n      - h\n  - i: 1.50\n---\n# note\nkind: Pod',
    'env:\n- name: A\n  value: ""\n-\n  name: B\n  value: null\nargs: ["a", "b"]\n',
    'a: |\n  text\n  more\nb: &x 1\n',
    'a: one\n  two\nb: 0x1F\nc: 1e3\nd: .5\ne: 1.2.3\nf: 007\ng: 12:30\n',
    "a: \"with # mark\"\nb: 'it''s'\nc: x#y\n",
    'list:\n- - a\n  - b\n- c\n',
  ])('reads %j as a full parser does', (text) => {
    expect(parseManifests(text)).toEqual(whole(text));
  });
});
