import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyInput } from '@headwater/diagnosis/snapshot/input.ts';
import { diagnose } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { describe, expect, it } from 'vitest';
import { ExpressionFault, readExpression } from './cel.ts';
import { readRules } from './read-rules.ts';
import { testRule } from './rule-tests.ts';

const EXAMPLES = join(import.meta.dirname, '../../../../rules/examples');

function ruleText(change: string): string {
  const lines = [
    'apiVersion: headwater.dev/v1',
    'kind: Rule',
    'name: widget-broken',
    'match: { kind: Widget }',
    'when:',
    "  - object.status.phase == 'Broken'",
    'finding:',
    '  category: object-invalid',
    '  statement: widget {{ object.metadata.name }} is {{ object.status.phase }}',
    '  evidence:',
    '    - field: status.phase',
    '    - field: metadata.name',
  ];
  const key = /^ *[\w-]+:/.exec(change)?.[0];
  return [...lines.filter((line) => !key || !line.startsWith(key)), change].join('\n');
}

function badOf(text: string): string {
  const { bad } = readRules('team.yaml', text);
  return bad.map(({ file, line, column, reason }) => `${file}:${line}:${column} ${reason}`).join('\n');
}

function widget(phase: string): object {
  return {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'w1', namespace: 'shop' },
    status: { phase },
  };
}

function causesWith(text: string, objects: readonly object[]): string[] {
  const { rules } = readRules('team.yaml', text);
  const parsed = objects.flatMap((value) => {
    const { object } = parseObject(value);
    return object ? [object] : [];
  });
  const input = {
    ...emptyInput(Date.UTC(2026, 2, 1)),
    sources: {
      objects: 'present' as const,
      logs: 'present' as const,
      metrics: 'present' as const,
      traces: 'present' as const,
    },
    objects: parsed,
    coverage: [{ kind: 'Widget', state: 'read' as const }],
  };
  const diagnosis = diagnose(input, { version: 'test', analyzers: rules.map(({ analyzer }) => analyzer) });
  return [
    ...diagnosis.causes.flatMap(({ findings, statement }) => [...findings, statement]),
    ...diagnosis.gaps.map(({ statement }) => statement),
  ];
}

describe('the examples that ship', () => {
  it.each(readdirSync(EXAMPLES))('%s is accepted and passes its tests', (name) => {
    const { rules, bad } = readRules(name, readFileSync(join(EXAMPLES, name), 'utf8'));
    expect(bad).toEqual([]);
    expect(rules.flatMap(testRule).flatMap(({ failures }) => failures)).toEqual([]);
  });
});

describe('a rule in a diagnosis', () => {
  it('is a finding under its own code whose claim is checked like any other', () => {
    expect(causesWith(ruleText(''), [widget('Broken')])).toEqual(
      expect.arrayContaining(['rule/widget-broken', 'widget w1 is Broken']),
    );
    expect(causesWith(ruleText(''), [widget('Fine')])).toEqual([]);
  });

  it('loses a statement that its evidence does not show', () => {
    const text = ruleText('').replace('is {{ object.status.phase }}', 'lost 99 messages');
    const said = causesWith(text, [widget('Broken')]).join('\n');
    expect(said).not.toContain('rule/widget-broken\n');
    expect(said).toMatch(/A claim of analyzer rule:widget-broken .* was dropped: "99" is not in the cited evidence/);
  });

  it('costs nobody else anything when it fails', () => {
    const text = ruleText('').replace("object.status.phase == 'Broken'", 'time(object.metadata.name) > 0');
    expect(causesWith(text, [widget('Broken')]).join('\n')).toContain(
      'Analyzer rule:widget-broken failed: "w1" is no time or duration',
    );
  });

  it('takes a key that is not there as a condition that does not hold', () => {
    expect(
      causesWith(ruleText('').replace('object.status.phase ==', 'object.status.zone.phase =='), [widget('Broken')]),
    ).toEqual([]);
  });
});

describe('a bad rule is refused with line and reason', () => {
  it.each([
    [
      'finding.category that nobody knows',
      ruleText('').replace('object-invalid', 'object-invalud'),
      /^team\.yaml:8:13 finding\.category: .*did you mean object-invalid\?/,
    ],
    [
      'an unknown variable',
      ruleText('').replace('object.status', 'thing.status'),
      /^team\.yaml:6:5 when\.0: Unknown variable: thing/,
    ],
    ['an expression that does not end', ruleText('').replace("== 'Broken'", '=='), /^team\.yaml:6:5 when\.0: /],
    [
      'a template that does not read',
      ruleText('').replace('{{ object.metadata.name }}', '{{ object. }}'),
      /^team\.yaml:9:14 finding\.statement: /,
    ],
    ['a field nobody knows', ruleText('severity: high'), /^team\.yaml:1:1 rule: Unrecognized key: "severity"/],
    [
      'too much strength',
      ruleText('').replace('  category', '  strength: 0.99\n  category'),
      /finding\.strength: .*0\.9/,
    ],
    [
      'a signal nobody knows',
      ruleText('').replace('- field: metadata.name', '- metric: love'),
      /finding\.evidence\.1: there is no signal love/,
    ],
    ['a name with capitals', ruleText('name: Widget'), /name: expected lower-case letters/],
    ['no YAML', 'kind: [', /^team\.yaml:1:8 /],
  ])('%s', (_what, text, reason) => {
    expect(badOf(text)).toMatch(reason);
  });

  it('keeps the good ones of the same file, and the first of two with one name', () => {
    const { rules, bad } = readRules(
      'team.yaml',
      [ruleText(''), ruleText('name: other'), ruleText('name: Bad'), ruleText('')].join('\n---\n'),
    );
    expect(rules.map(({ rule }) => rule.name)).toEqual(['widget-broken', 'other']);
    expect(bad.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^name: expected/),
      'name: team.yaml line 1 has a rule of this name',
    ]);
  });
});

describe('hostile expressions', () => {
  it.each([
    ["object.a.matches('(a+)+$')", /repeats a group that repeats/],
    ['object.a.matches(object.b)', /a pattern written out/],
    [`object.a.matches('${'a'.repeat(201)}')`, /longer than 200/],
    ["object.a.matches('(')", /no regular expression/],
    ['events.all(a, events.all(b, events.all(c, events.all(d, true))))', /more than 3 deep/],
    [`${'('.repeat(60)}1${')'.repeat(60)} == 1`, /depth|nest|limit/i],
  ])('%s', (text, reason) => {
    expect(() => readExpression(text)).toThrow(ExpressionFault);
    expect(() => readExpression(text)).toThrow(reason);
  });

  it('never see the values of a Secret', () => {
    const text = ruleText('match: { kind: Secret }').replace(/when:\n.*\n/, "when:\n  - object.data.password != ''\n");
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'shop' },
      data: { password: 'aHVudGVyMg==' },
    };
    expect(causesWith(text, [secret])).toEqual([]);
    const keys = ruleText('match: { kind: Secret }')
      .replace(/when:\n.*\n/, 'when:\n  - \'"password" in object.keys\'\n')
      .replace(/statement: .*/, 'statement: the Secret is {{ object.metadata.name }}')
      .replace('- field: status.phase', '- field: data.password');
    expect(causesWith(keys, [secret]).join('\n')).toContain('the values of a Secret are never read');
  });
});
