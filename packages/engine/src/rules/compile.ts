import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Rule, RuleEvidence } from '@headwater/contracts/rules/rule.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { citeChange, citeEvent, citeField, citeTemplate } from '@headwater/diagnosis/evidence/cite.ts';
import { citeShift, citeSignal } from '@headwater/diagnosis/evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '@headwater/diagnosis/finding.ts';
import { shiftOf } from '@headwater/diagnosis/metrics/shifts.ts';
import { signalsOf } from '@headwater/diagnosis/metrics/signals.ts';
import { isSignalName, SIGNALS, type SignalName } from '@headwater/diagnosis/metrics/vocabulary.ts';
import { readField } from '@headwater/diagnosis/snapshot/field.ts';
import { type Expression, ExpressionFault, plainValue, readExpression } from './cel.ts';
import { matching } from './match.ts';
import { readTemplate, type Template } from './template.ts';
import { celChange, celEvent, celLog, celObject, type Surroundings, surroundingsOf, variablesOf } from './variables.ts';

/** Where in a rule something is wrong, as a path of keys, and what. */
export class RuleFault extends Error {
  readonly path: readonly (string | number)[];
  constructor(path: readonly (string | number)[], message: string) {
    super(message);
    this.path = path;
  }
}

const MOST_FINDINGS = 200;
const MOST_CITED = 3;

/** A rule as an analyzer. Throws a RuleFault for what cannot be read. */
export function compileRule(rule: Rule): Analyzer {
  const signals = signalsNamed(rule);
  const when = rule.when.map((text, index) => at(['when', index], () => readExpression(text)));
  const say = sayings(rule);
  return {
    name: `rule:${rule.name}`,
    codes: { [codeOf(rule.name)]: rule.description ?? rule.finding.statement },
    reads: [rule.match.kind],
    analyze: (snapshot) => {
      const findings: Finding[] = [];
      for (const object of matching(snapshot, rule.match)) {
        const around = surroundingsOf(snapshot, object);
        const variables = variablesOf(around, signals);
        if (!when.every((condition) => condition.holds(variables))) continue;
        findings.push(say(around, variables));
        if (findings.length >= MOST_FINDINGS) break;
      }
      return findings;
    },
  };
}

/** The finding code of a rule. */
export function codeOf(name: string): string {
  return `rule/${name}`;
}

function sayings({ name, finding }: Rule): (around: Surroundings, variables: object) => Finding {
  const template = (path: readonly (string | number)[], text: string): Template =>
    at(['finding', ...path], () => readTemplate(text));
  const optional = (key: 'blames' | 'affects' | 'actor'): Expression | null => {
    const text = finding[key];
    return text === undefined ? null : at(['finding', key], () => readExpression(text));
  };
  const statement = template(['statement'], finding.statement);
  const cites = finding.evidence.map((item, index) => at(['finding', 'evidence', index], () => citing(item)));
  const remediation = finding.remediation.map((step, index) => ({
    step,
    says: template(['remediation', index, 'statement'], step.statement),
  }));
  const [blames, affects, actor] = [optional('blames'), optional('affects'), optional('actor')];
  return (around, variables) => {
    const changed = subjectsIn(actor, variables)[0];
    return {
      code: codeOf(name),
      subject: around.subject,
      category: finding.category,
      role: finding.role,
      layer: finding.layer,
      strength: finding.strength,
      statement: statement(variables),
      evidence: cites.flatMap((cite) => cite(around)),
      blames: subjectsIn(blames, variables),
      affects: subjectsIn(affects, variables),
      ...(changed ? { actor: changed } : {}),
      remediation: remediation.map(({ step, says }) => ({ ...step, statement: says(variables) })),
    };
  };
}

type Cite = (around: Surroundings) => readonly Evidence[];

function citing(item: RuleEvidence): Cite {
  if ('pod' in item) {
    const picks = readExpression(item.pod, ['pod']);
    return ({ pods }) =>
      pods
        .filter((pod) => picks.holds({ pod: celObject(pod) }))
        .slice(0, MOST_CITED)
        .map((pod) => fieldOf(pod, item.field));
  }
  if ('field' in item)
    return ({ object }) => (readField(object, item.field) === undefined ? [] : [fieldOf(object, item.field)]);
  if ('event' in item) {
    const picks = readExpression(item.event, ['event']);
    return ({ events, snapshot }) =>
      events
        .filter((event) => picks.holds({ event: celEvent(event, snapshot.now) }))
        .slice(-MOST_CITED)
        .map(citeEvent);
  }
  if ('log' in item) {
    const picks = readExpression(item.log, ['log']);
    return ({ logs, snapshot }) =>
      logs
        .filter((log) => picks.holds({ log: celLog(log, snapshot.now) }))
        .slice(0, MOST_CITED)
        .map(({ stream, template }) => citeTemplate(stream, template));
  }
  if ('change' in item) {
    const picks = readExpression(item.change, ['change']);
    return ({ changes, snapshot }) =>
      changes
        .filter((change) => picks.holds({ change: celChange(change, snapshot.now) }))
        .slice(-MOST_CITED)
        .map(citeChange);
  }
  return citingSignal(item.metric);
}

function citingSignal(name: string): Cite {
  if (!isSignalName(name))
    throw new ExpressionFault(`there is no signal ${name}; there are ${Object.keys(SIGNALS).join(', ')}`);
  return ({ snapshot, subject }) => {
    const signal = signalsOf(snapshot).of(name, subject);
    if (!signal) return [];
    const shift = shiftOf(signal);
    return [shift ? citeShift(shift) : citeSignal(signal)];
  };
}

function fieldOf(object: KubeObject, path: string): Evidence {
  if (object.kind === 'Secret' && /^(?:data|stringData)\b/.test(path))
    throw new ExpressionFault('the values of a Secret are never read');
  return citeField(object, path);
}

function subjectsIn(expression: Expression | null, variables: object): Subject[] {
  const value = plainValue(expression?.value(variables));
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((item): Subject[] => {
    const { kind, name, namespace } = (item ?? {}) as { kind?: unknown; name?: unknown; namespace?: unknown };
    if (typeof kind !== 'string' || typeof name !== 'string' || kind === '' || name === '') return [];
    return [{ kind, name, ...(typeof namespace === 'string' && namespace !== '' ? { namespace } : {}) }];
  });
}

// Only what a rule mentions is derived: signals are the costly part of a snapshot.
function signalsNamed(rule: Rule): SignalName[] {
  const text = JSON.stringify(rule);
  return Object.keys(SIGNALS).filter((name): name is SignalName => isSignalName(name) && text.includes(name));
}

function at<T>(path: readonly (string | number)[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ExpressionFault) throw new RuleFault(path, error.message);
    throw error;
  }
}
