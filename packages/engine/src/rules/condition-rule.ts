import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { ConditionRule } from '@headwater/contracts/rules/rule.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { parseDuration, parseTime } from '@headwater/core/time.ts';
import { citeField } from '@headwater/diagnosis/evidence/cite.ts';
import type { Analyzer, Finding } from '@headwater/diagnosis/finding.ts';
import { readField } from '@headwater/diagnosis/snapshot/field.ts';
import { subjectOf } from '@headwater/diagnosis/snapshot/objects.ts';
import type { Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { codeOf } from './compile.ts';
import { matching } from './match.ts';

const LONGEST_MESSAGE = 240;

/** A condition rule as an analyzer. */
export function compileConditionRule(rule: ConditionRule): Analyzer {
  return {
    name: `rule:${rule.name}`,
    codes: { [codeOf(rule.name)]: rule.description ?? `${rule.match.kind} reports a bad condition` },
    reads: [rule.match.kind],
    analyze: (snapshot) =>
      matching(snapshot, rule.match).flatMap((object) => {
        const bad = rule.conditions.find((condition) => isBad(snapshot, object, condition));
        return bad ? [findingOf(rule.name, object, bad)] : [];
      }),
  };
}

type Condition = ConditionRule['conditions'][number];

function isBad(snapshot: Snapshot, object: KubeObject, { type, bad, grace }: Condition): boolean {
  const path = `status.conditions[type=${type}]`;
  if (readField(object, `${path}.status`) !== bad) return false;
  const since = parseTime(readField(object, `${path}.lastTransitionTime`));
  return since === null || snapshot.now - since >= (parseDuration(grace) ?? 0);
}

function findingOf(name: string, object: KubeObject, { type, bad, category, says, strength }: Condition): Finding {
  const subject = subjectOf(object);
  const path = `status.conditions[type=${type}]`;
  const text = (key: string): string => {
    const value = readField(object, `${path}.${key}`);
    return typeof value === 'string' ? value : '';
  };
  const message = (text('message') || text('reason')).replace(/[`\s]+/g, ' ').slice(0, LONGEST_MESSAGE);
  const cited = ['status', 'reason', 'message']
    .filter((key) => text(key) !== '')
    .map((key) => citeField(object, `${path}.${key}`));
  return {
    code: codeOf(name),
    subject,
    category,
    role: 'cause',
    layer: 'state',
    strength,
    statement: `${formatSubject(subject)} ${says ?? `reports \`${type}\` = \`${bad}\``}${message === '' ? '' : `: ${message}`}`,
    evidence: cited,
    since: parseTime(text('lastTransitionTime')),
  };
}
