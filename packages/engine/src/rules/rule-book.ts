import type { Analyzer } from '@headwater/diagnosis/finding.ts';
import { readField } from '@headwater/diagnosis/snapshot/field.ts';
import type { Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import type { Log } from '../ports/log.ts';
import { type BadRule, readRules, type RulesRead, withoutTwins } from './read-rules.ts';

/** The rules in force, wherever they come from. */
export interface RuleBook {
  /** The analyzers for one diagnosis; what changed since the last one is read again. */
  analyzers(snapshot: Snapshot): readonly Analyzer[];
}

export interface RuleBookOptions {
  /** Rules from files, read again when they changed; the same object when they did not. */
  readonly files: () => RulesRead;
  /** A ConfigMap whose keys hold rule files; read from the diagnosed cluster. */
  readonly configMap?: { readonly namespace: string; readonly name: string } | undefined;
  readonly log: Log;
}

const NOTHING: RulesRead = { rules: [], bad: [] };

/** Keeps the rules of files and of a ConfigMap; each bad one is logged once for every version of its source. */
export function createRuleBook({ files, configMap, log }: RuleBookOptions): RuleBook {
  let told: RulesRead = NOTHING;
  let known = { version: '', read: NOTHING };
  const tell = (bad: readonly BadRule[]): void => {
    for (const { file, line, column, rule, reason } of bad)
      log.warn({ file, line, column, rule, reason }, 'a rule was refused');
  };
  const fromConfigMap = (snapshot: Snapshot): RulesRead => {
    const object = configMap && snapshot.objects.get('ConfigMap', configMap.namespace, configMap.name);
    if (!object) return NOTHING;
    const version = object.metadata.resourceVersion ?? JSON.stringify(readField(object, 'data'));
    if (version === known.version) return known.read;
    const data = Object.entries((readField(object, 'data') ?? {}) as Record<string, unknown>);
    const texts = data.flatMap(([key, text]) =>
      typeof text === 'string' && /\.ya?ml$/.test(key)
        ? [readRules(`ConfigMap ${configMap.namespace}/${configMap.name}: ${key}`, text)]
        : [],
    );
    known = { version, read: joined(texts) };
    tell(known.read.bad);
    return known.read;
  };
  return {
    analyzers: (snapshot) => {
      const own = files();
      if (own !== told) tell(own.bad);
      told = own;
      return joined([own, fromConfigMap(snapshot)]).rules.map(({ analyzer }) => analyzer);
    },
  };
}

/** Several sources as one; of two rules with one name the first stays. */
export function joined(parts: readonly RulesRead[]): RulesRead {
  return withoutTwins({ rules: parts.flatMap(({ rules }) => rules), bad: parts.flatMap(({ bad }) => bad) });
}
