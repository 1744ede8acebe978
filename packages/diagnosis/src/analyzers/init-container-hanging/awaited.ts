import type { LogLine, LogStream } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { connectionErrorIn } from '../../topology/connection-errors.ts';
import { hostsIn } from '../../topology/host-references.ts';
import type { ContainerView, PodObject } from '../_shared/pods.ts';

/** What an init container waits for, and where that is said. */
export interface Awaited {
  readonly host: string;
  readonly port: number | null;
  readonly line: { readonly stream: LogStream; readonly at: LogLine } | null;
  /** Field of the Pod whose command names it. */
  readonly field: string | null;
  /** Whether the log shows the same wait again and again. */
  readonly repeats: boolean;
}

const WAITS =
  /\b(?:wait(?:ing)?|retry(?:ing)?|not (?:yet )?(?:ready|available|reachable|up)|sleeping|trying|unavailable)\b/i;
const NAMED =
  /\b(?:waiting (?:for|on)|wait for)\s+(?:the\s+)?(?:service |host |database |db )?["'`]?([a-z0-9][a-z0-9.-]*[a-z0-9])/i;
const UNRESOLVED =
  /(?:can't (?:find|resolve)|bad address|could not resolve(?: host)?:?|no such host:?) ["'`]?([a-z0-9][a-z0-9.-]*[a-z0-9])/i;
// Words that follow "waiting for" without being names.
const NO_NAME = new Set([
  'the',
  'a',
  'an',
  'it',
  'to',
  'dependency',
  'dependencies',
  'connection',
  'service',
  'database',
  'db',
  'server',
  'pod',
  'startup',
  'ready',
]);

/** Reads what an init container waits for from its log, else from its command. */
export function awaitedIn(snapshot: Snapshot, pod: PodObject, view: ContainerView): Awaited | null {
  return fromLog(snapshot, pod, view.name) ?? fromCommand(view);
}

function fromLog(snapshot: Snapshot, pod: PodObject, container: string): Awaited | null {
  const stream = snapshot.logs.get(pod.metadata.namespace ?? '', pod.metadata.name, container, false);
  if (!stream) return null;
  for (const line of [...stream.lines].reverse()) {
    const found = targetIn(line.text);
    if (!found) continue;
    const { host } = found;
    const repeats = stream.templates.some(
      ({ count, pattern, sample }) => count >= 3 && (pattern.includes(host) || sample.text.includes(host)),
    );
    return { ...found, line: { stream, at: line }, field: null, repeats };
  }
  return null;
}

type Target = Pick<Awaited, 'host' | 'port'>;

function targetIn(text: string): Target | null {
  const failed = connectionErrorIn(text);
  if (failed?.host) return { host: failed.host, port: failed.port };
  const named = (UNRESOLVED.exec(text) ?? NAMED.exec(text))?.[1]?.toLowerCase();
  const written = hostsIn(text)[0];
  if (named && !NO_NAME.has(named)) return { host: named, port: written?.host === named ? written.port : null };
  return written && WAITS.test(text) ? { host: written.host, port: written.port } : null;
}

const COMMANDS: readonly RegExp[] = [
  /\b(?:nc|ncat|netcat)\b(?:\s+-[a-z]+(?:\s+\d+)?)*\s+([a-z0-9][a-z0-9.-]*)[\s:]+(\d+)/i,
  /\b(?:nslookup|getent hosts|dig|host|ping)\b(?:\s+-\S+(?:\s+\d+)?)*\s+([a-z0-9][a-z0-9.-]*)/i,
  /\b(?:pg_isready|mysqladmin|redis-cli|mongosh?|psql|mysql)\b.*?\s(?:-h|--host)[ =]?([a-z0-9][a-z0-9.-]*)/i,
];

function fromCommand({ spec, specPath }: ContainerView): Awaited | null {
  for (const field of ['command', 'args'] as const) {
    const text = (spec?.[field] ?? []).join(' ');
    const written = hostsIn(text)[0];
    const asked = COMMANDS.map((pattern) => pattern.exec(text)).find(Boolean);
    const host = written?.host ?? asked?.[1]?.toLowerCase();
    const port = written ? written.port : Number(asked?.[2]) || null;
    if (host) return { host, port, line: null, field: `${specPath}.${field}`, repeats: false };
  }
  return null;
}
