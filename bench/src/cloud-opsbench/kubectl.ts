import { parseManifests } from './manifests.ts';
import { PARSERS } from './kinds.ts';

/** What one kubectl command was asked for. */
export interface Command {
  readonly verb: 'get' | 'describe';
  /** Plural as `PARSERS` has it. */
  readonly plural: string;
  readonly name: string | null;
  /** Of `-n`; null when the command names none. */
  readonly namespace: string | null;
  /** Whether every object was asked for: no name, and no selector or pipe that may have left some out. */
  readonly isWhole: boolean;
}

const SHORT: Readonly<Record<string, string>> = {
  po: 'pods',
  deploy: 'deployments',
  rs: 'replicasets',
  sts: 'statefulsets',
  ds: 'daemonsets',
  svc: 'services',
  ep: 'endpoints',
  cm: 'configmaps',
  sa: 'serviceaccounts',
  quota: 'resourcequotas',
  limits: 'limitranges',
  netpol: 'networkpolicies',
  ing: 'ingresses',
  pvc: 'persistentvolumeclaims',
  pv: 'persistentvolumes',
  sc: 'storageclasses',
  no: 'nodes',
  ns: 'namespaces',
};

const PLURALS = pluralsByWord();

function pluralsByWord(): ReadonlyMap<string, string> {
  const plurals = Object.keys(PARSERS);
  const singular = (ending: RegExp, instead: string): [string, string][] =>
    plurals.map((plural) => [plural.replace(ending, instead), plural]);
  return new Map([
    ...singular(/ies$/, 'y'),
    ...singular(/es$/, ''),
    ...singular(/s$/, ''),
    ...Object.entries(SHORT),
    ...singular(/$/, ''),
  ]);
}

/** The plural of a resource word: plural, singular, short, with or without its group; null for one nobody parses. */
export function pluralOf(word: string): string | null {
  const dot = word.indexOf('.');
  return PLURALS.get((dot < 0 ? word : word.slice(0, dot)).toLowerCase()) ?? null;
}

const COMMAND = /(?:^|\s)(get|describe)\s+([^\s/]+)(?:\/([^\s/]*)|\s+([^\s|-]\S*))?/;
const NAMESPACE = /\s(?:-n|--namespace)\s+(\S+)/;
const SELECTION = /\s(?:\||-l|--selector\S*)(?:\s|$)/;

/** Reads a command line; null when it is no `get` or `describe` of a known resource. */
export function readCommand(line: string): Command | null {
  const match = COMMAND.exec(line);
  const plural = match ? pluralOf(match[2] ?? '') : null;
  if (!match || plural === null) return null;
  const name = match[3] ?? match[4] ?? null;
  return {
    verb: match[1] === 'get' ? 'get' : 'describe',
    plural,
    name,
    namespace: NAMESPACE.exec(line)?.[1] ?? null,
    isWhole: name === null && !SELECTION.test(line),
  };
}

/** The described objects of a text, one part each. */
export function describedParts(text: string): string[] {
  const parts = text.includes('\n\nName:') ? text.split(/\n\n+(?=Name:\s)/) : [text];
  return parts.filter((part) => /^Name:\s/m.test(part));
}

/** The objects of `-o yaml` or `-o json`, lists taken apart; empty for any other text. */
export function printedObjects(text: string): unknown[] {
  // Most answers are tables.
  if (text.startsWith('NAME')) return [];
  const isJson = /^\s*[{[]/.test(text);
  if (!isJson && !/^(?:---\s*\n)?(?:apiVersion|kind|items):/m.test(text.slice(0, 400))) return [];
  try {
    const documents = isJson ? [JSON.parse(text) as unknown] : parseManifests(text);
    return documents.flatMap((document) => {
      const { items } = (document ?? {}) as { items?: unknown };
      return Array.isArray(items)
        ? (items as unknown[])
        : Array.isArray(document)
          ? (document as unknown[])
          : [document];
    });
  } catch {
    // Cut off in the middle: what is left says nothing for sure.
    return [];
  }
}
