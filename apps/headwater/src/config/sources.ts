import { AppError, messageOf } from '@headwater/core/errors.ts';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';

/** A value as somebody wrote it, and where. */
export interface Given {
  readonly value: unknown;
  /** The variable, the option, or `path:line` of the file. */
  readonly where: string;
}

/** A configuration file, read but not yet understood. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

// A Service named headwater makes Kubernetes set these in every Pod of its namespace; they are not meant for us.
const SERVICE_LINK =
  /^HEADWATER_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;
const LINK_VALUE = /^(?:tcp|udp|sctp):\/\//;

/** The variables that hold something and are not Kubernetes' service links. */
export function variablesOf(env: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    // Charts and compose files set what they do not fill in to the empty text.
    if (value === undefined || value === '') continue;
    const link = SERVICE_LINK.test(name) || (/_PORT$|^PORT$/.test(name) && LINK_VALUE.test(value));
    if (!link) found.set(name, value);
  }
  return found;
}

/** The values of a YAML file by `group.name`, with their lines; a broken file throws `invalid` with every mistake of it. */
export function valuesOfFile(file: ConfigFile): ReadonlyMap<string, Given> {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, strict: true });
  const at = (offset: number | undefined): string => `${file.path}:${lines.linePos(offset ?? 0).line}`;
  if (document.errors.length > 0)
    throw new AppError(
      'invalid',
      document.errors.map((error) => `${at(error.pos[0])}: ${messageOf(error).split('\n', 1)[0]}`).join('\n'),
    );
  const found = new Map<string, Given>();
  if (document.contents === null) return found;
  if (!isMap(document.contents))
    throw new AppError('invalid', `${at(0)}: expected groups of settings, such as "server:"`);
  for (const group of document.contents.items) {
    const name = String(group.key);
    if (isScalar(group.value) && group.value.value === null) continue;
    if (!isMap(group.value)) {
      found.set(name, { value: undefined, where: at(rangeOf(group.key)) });
      continue;
    }
    for (const { key, value } of group.value.items) {
      const js: unknown = isScalar(value)
        ? value.value
        : ((value as { toJSON?: () => unknown } | null)?.toJSON?.() ?? null);
      // An empty value is written by people who list every key and fill in some.
      if (js !== null) found.set(`${name}.${String(key)}`, { value: js, where: at(rangeOf(key)) });
    }
  }
  return found;
}

function rangeOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null)?.range?.[0];
}
