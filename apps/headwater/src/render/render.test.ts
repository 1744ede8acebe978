import { stripVTControlCharacters } from 'node:util';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { describe, expect, it } from 'vitest';
import type { Io } from '../cli/io.ts';
import { styleOf, wrap } from '../cli/style.ts';
import { captureIo } from '../cli/test-io.ts';
import { renderDiagnosis, type Output } from './render.ts';
import { renderTable } from './table.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const subject = { kind: 'Deployment', namespace: 'shop', name: 'web' };
const id = `ev_${'a'.repeat(20)}`;

const diagnosis: Diagnosis = {
  schema: 'headwater.diagnosis/v1',
  verdict: 'cause',
  summary:
    'Deployment `web` cannot start: it reads the key `DB_HOST`, which *nobody* <sets> anywhere in the namespace or elsewhere.',
  onset: '2026-03-01T09:30:00Z',
  causes: [
    {
      subject,
      aliases: [],
      category: 'key-missing',
      statement: 'A key is missing',
      confidence: { band: 'high', score: 0.97, basis: 'one proof' },
      actor: null,
      change: null,
      chain: [{ from: subject, to: subject, relation: 'uses', effect: 'its Pods wait', evidence: [] }],
      supports: Array<string>(8).fill(id),
      contradicts: [],
      findings: [],
    },
  ],
  symptoms: [],
  unexplained: ['abc'],
  ruledOut: [],
  gaps: Array.from({ length: 7 }, (_, index) => ({ source: 'x', statement: `gap ${index}`, wouldShow: 'more' })),
  changes: [],
  evidence: {
    [id]: {
      kind: 'log',
      source: 'logs',
      subject,
      time: '2026-03-01T09:31:00Z',
      text: 'evil \u001B]0;title\u0007\u001B[2Jline\nnext `tick`',
      query: 'q',
      redacted: false,
    },
  },
  remediation: [{ action: 'a', risk: 'R1', statement: 'Set the key', preconditions: [], undo: 'unset it' }],
  engine: { version: '1.0.0', ms: 1, objects: 2, analyzers: 3 },
};

function rendered(output: Output, overrides: Partial<Io> = {}): string {
  return renderDiagnosis(diagnosis, output, { io: captureIo(overrides).io, now: NOW });
}

describe('diagnosis as text', () => {
  it('says verdict, cause, onset, proof, path and what to do, in that order', () => {
    const text = rendered('table');
    const parts = [
      'CAUSE FOUND',
      'Deployment web cannot start',
      'shop/web',
      'key-missing',
      'high confidence 0.97',
      '(30m before this view)',
      '[log]',
      'and 2 more',
      'its Pods wait',
      '[R1] Set the key; undo: unset it',
      'gap 0',
      'and 2 more',
    ];
    let at = 0;
    for (const part of parts) {
      expect(text.slice(at)).toContain(part);
      at = text.indexOf(part, at) + part.length;
    }
  });

  it('lets nothing from the cluster drive the terminal', () => {
    expect(rendered('table', { outIsTerminal: true })).not.toContain('\u001B]0');
    expect(rendered('table')).toContain('evil line next `tick`');
    expect(rendered('table')).not.toMatch(/[^\n\P{Cc}]/u);
  });

  it.each([
    ['a pipe', {}, false],
    ['a terminal', { outIsTerminal: true }, true],
    ['NO_COLOR on a terminal', { outIsTerminal: true, env: { NO_COLOR: '1' } }, false],
    ['an empty NO_COLOR', { outIsTerminal: true, env: { NO_COLOR: '' } }, true],
    ['FORCE_COLOR in a pipe', { env: { FORCE_COLOR: '1' } }, true],
    ['FORCE_COLOR=0', { env: { FORCE_COLOR: '0' } }, false],
    ['both, NO_COLOR wins', { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, false],
    ['a dumb terminal', { outIsTerminal: true, env: { TERM: 'dumb' } }, false],
  ])('colours for %s', (_, overrides, coloured) => {
    expect(rendered('table', overrides).includes('\u001B[')).toBe(coloured);
  });

  it.each([{ outIsTerminal: true, columns: 60 }, { columns: 60 }, { columns: 20 }])(
    'keeps to 60 columns: %o',
    (overrides) => {
      for (const line of stripVTControlCharacters(rendered('table', overrides)).split('\n'))
        expect(line.length).toBeLessThanOrEqual(60);
    },
  );

  it('breaks lines where it does without colours', () => {
    expect(stripVTControlCharacters(rendered('table', { env: { FORCE_COLOR: '1' }, columns: 70 }))).toBe(
      rendered('table', { columns: 70 }),
    );
  });
});

describe('diagnosis as Markdown', () => {
  it('keeps text of the cluster from becoming markup, and literals as they are', () => {
    const text = rendered('markdown', { env: { FORCE_COLOR: '1' } });
    expect(text).toContain('`DB_HOST`, which \\*nobody\\* \\<sets\\>');
    expect(text).toContain('`` evil line next `tick` ``');
    expect(text).toContain('## 1. ');
    expect(text).not.toContain('\u001B');
  });
});

describe('other formats', () => {
  it('JSON is the diagnosis itself', () => {
    expect(JSON.parse(rendered('json'))).toEqual(diagnosis);
    expect(rendered('yaml')).toContain('verdict: cause');
  });
});

describe('style', () => {
  it('wraps at words, never inside one, and indents what follows', () => {
    expect(wrap('one two three', 9, '  ')).toBe('one two\n  three');
    expect(wrap('x'.repeat(80), 60, '')).toBe('x'.repeat(80));
    expect(styleOf(captureIo({ columns: 500 }).io).width).toBe(120);
  });

  it('aligns numbers to the right', () => {
    expect(
      renderTable(
        ['name', 'count'],
        [
          ['a', '5'],
          ['bb', '10'],
        ],
      ),
    ).toBe('name  count\na         5\nbb       10\n');
  });
});
