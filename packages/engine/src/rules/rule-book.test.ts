import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { emptyInput } from '@headwater/diagnosis/snapshot/input.ts';
import { buildSnapshot, type Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { describe, expect, it } from 'vitest';
import type { Log } from '../ports/log.ts';
import { readRules, type RulesRead } from './read-rules.ts';
import { createRuleBook } from './rule-book.ts';

function rule(name: string): string {
  return `apiVersion: headwater.dev/v1
kind: ConditionRule
name: ${name}
match: { kind: Widget }
conditions: [{ type: Ready }]
`;
}

function snapshotWith(resourceVersion: string, data: Record<string, string>): Snapshot {
  const { object } = parseObject({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'rules', namespace: 'ops', resourceVersion },
    data,
  });
  return buildSnapshot({ ...emptyInput(0), objects: object ? [object] : [] });
}

function bookOf(files: () => RulesRead): { names: (snapshot: Snapshot) => string[]; warnings: unknown[] } {
  const warnings: unknown[] = [];
  const log = { warn: (fields: unknown) => warnings.push(fields) } as unknown as Log;
  const book = createRuleBook({ files, configMap: { namespace: 'ops', name: 'rules' }, log });
  return { names: (snapshot) => book.analyzers(snapshot).map(({ name }) => name), warnings };
}

const NONE: RulesRead = { rules: [], bad: [] };

describe('createRuleBook', () => {
  it('joins files and a ConfigMap of the cluster, and follows both', () => {
    let files = readRules('a.yaml', rule('from-file'));
    const { names } = bookOf(() => files);
    const first = snapshotWith('1', { 'team.yaml': rule('from-map'), 'notes.txt': 'not a rule' });
    expect(names(first)).toEqual(['rule:from-file', 'rule:from-map']);
    expect(names(snapshotWith('2', { 'team.yaml': rule('renamed') }))).toEqual(['rule:from-file', 'rule:renamed']);
    files = readRules('a.yaml', rule('other'));
    expect(names(buildSnapshot(emptyInput(0)))).toEqual(['rule:other']);
  });

  it('tells a bad rule once for each version of its source, and keeps the good ones', () => {
    const { names, warnings } = bookOf(() => NONE);
    const map = snapshotWith('1', { 'team.yaml': `${rule('good')}---\n${rule('Bad')}` });
    expect([names(map), names(map)]).toEqual([['rule:good'], ['rule:good']]);
    expect(warnings).toEqual([
      expect.objectContaining({ file: 'ConfigMap ops/rules: team.yaml', line: 9, rule: 'Bad' }),
    ]);
    names(snapshotWith('2', { 'team.yaml': rule('Bad') }));
    expect(warnings).toHaveLength(2);
  });

  it('lets a file stand before a ConfigMap with the same name', () => {
    const { names } = bookOf(() => readRules('a.yaml', rule('same')));
    expect(names(snapshotWith('1', { 'team.yaml': rule('same') }))).toEqual(['rule:same']);
  });
});
