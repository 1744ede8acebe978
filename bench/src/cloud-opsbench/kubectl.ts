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
  /** Whether a selector or a pipe may have left objects out. */
  readonly partial: boolean;
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

/** The plural of a resource word: plural, singular, short, with or without its group; null for one nobody parses. */
export function pluralOf(word: string): string | null {
  const plain = word.toLowerCase().split('.')[0] ?? '';
  const known = [plain, SHORT[plain] ?? '', `${plain}s`, `${plain}es`, plain.replace(/y$/, 'ies')];
  return known.find((candidate) => Object.hasOwn(PARSERS, candidate)) ?? null;
}

// A case asks for the same lines again and again, and many of them are the same in every case.
const MAX_KNOWN = 10_000;
const known = new Map<string, Command | null>();

/** Reads a command line; null when it is no `get` or `describe` of a known resource. */
export function readCommand(line: string): Command | null {
  const before = known.get(line);
  if (before !== undefined) return before;
  if (known.size >= MAX_KNOWN) known.clear();
  const command = commandIn(line);
  known.set(line, command);
  return command;
}

function commandIn(line: string): Command | null {
  const words = line.trim().split(/\s+/);
  const at = words.findIndex((word) => word === 'get' || word === 'describe');
  const [resource = '', named] = (words[at + 1] ?? '').split('/');
  const plural = at < 0 ? null : pluralOf(resource);
  if (plural === null) return null;
  const next = words[at + 2];
  const flagged = words.findIndex((word) => word === '-n' || word === '--namespace');
  return {
    verb: words[at] === 'get' ? 'get' : 'describe',
    plural,
    name: named ?? (next && !next.startsWith('-') && next !== '|' ? next : null),
    namespace: flagged < 0 ? null : (words[flagged + 1] ?? null),
    partial: words.some((word) => word === '|' || word === '-l' || word.startsWith('--selector')),
  };
}

/** The described objects of a text, one part each. */
export function describedParts(text: string): string[] {
  return text.split(/\n\n+(?=Name:\s)/).filter((part) => /^Name:\s/m.test(part));
}

/** The objects of `-o yaml` or `-o json`, lists taken apart; empty for any other text. */
export function printedObjects(text: string): unknown[] {
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
