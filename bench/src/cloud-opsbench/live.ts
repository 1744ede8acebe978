import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { parseConfigData } from './config-data.ts';
import { parseDescribe, valueOf } from './describe.ts';
import { parseEvents } from './events.ts';
import { type KindReader, PARSERS, parseMetadata } from './kinds.ts';
import { type Command, describedParts, printedObjects, readCommand } from './kubectl.ts';
import { carriedPods, leaseOf } from './nodes.ts';
import { objectsFromTable } from './table-objects.ts';

/** The text of one command that was understood. */
export interface Output {
  readonly command: Command;
  readonly parser: KindReader;
  readonly text: string;
}

/** The texts that were understood, by their command lines. */
export function outputsOf(texts: Iterable<readonly [line: string, text: string]>): Output[] {
  const outputs: Output[] = [];
  for (const [line, text] of texts) {
    const command = readCommand(line);
    const parser = command ? PARSERS[command.plural] : undefined;
    if (command && parser) outputs.push({ command, parser, text });
  }
  return outputs;
}

/** Kinds of which a whole list was read: what is not in it does not exist. */
export function listedKinds(outputs: readonly Output[]): ReadonlySet<string> {
  const whole = outputs.filter(({ command, text }) => command.verb === 'get' && command.isWhole && !isRefusal(text));
  return new Set(whole.map(({ parser }) => parser.kind));
}

function isRefusal(text: string): boolean {
  return /^(?:error\b|Error from server|Unable to connect)/i.test(text.trim()) && !/NotFound|not found/.test(text);
}

interface Reading {
  readonly quotas: readonly KubeObject[];
  /** The namespace of what names none. */
  readonly home: string;
  readonly now: number;
}

/** What the commands showed of the cluster; of an object shown several times, what tells most. */
export function liveObjects(outputs: readonly Output[], { quotas, home, now }: Reading): KubeObject[] {
  const live: Live = { objects: [], names: new Map() };
  const carried: KubeObject[] = [];
  for (const object of quotas) keepFirst(live, object);
  for (const { command, parser, text } of outputs) {
    const isDescribed = command.verb === 'describe';
    const found = isDescribed ? described(text, { parser, home, now, carried }) : printed(text);
    for (const object of found) keepFirst(live, object);
  }
  for (const { command, parser, text } of outputs) {
    if (command.verb === 'describe') continue;
    const context = {
      namespace: command.namespace ?? home,
      now,
      isKnown: (name: string, namespace = '') => namesIn(live, parser.kind, namespace).has(name),
    };
    for (const object of objectsFromTable(parser.kind, text, context)) keepFirst(live, object);
  }
  // A Node's describe also lists Pods that were described in full, and a table shows more of a Pod than it does.
  for (const object of carried) keepFirst(live, object);
  return live.objects;
}

/** Objects in the order they came, and the names among them by kind and namespace. */
interface Live {
  readonly objects: KubeObject[];
  readonly names: Map<string, Map<string, Set<string>>>;
}

function namesIn({ names }: Live, kind: string, namespace: string): Set<string> {
  let spaces = names.get(kind);
  if (!spaces) {
    spaces = new Map<string, Set<string>>();
    names.set(kind, spaces);
  }
  let found = spaces.get(namespace);
  if (!found) {
    found = new Set<string>();
    spaces.set(namespace, found);
  }
  return found;
}

function keepFirst(live: Live, object: KubeObject): void {
  const { name, namespace } = object.metadata;
  const names = namesIn(live, object.kind, namespace ?? '');
  if (names.has(name)) return;
  names.add(name);
  live.objects.push(object);
}

/** What YAML and JSON hold is foreign, unlike what is made of the other texts. */
function printed(text: string): KubeObject[] {
  return printedObjects(text).flatMap((value) => parseObject(value).object ?? []);
}

interface DescribeContext {
  readonly parser: KindReader;
  readonly home: string;
  readonly now: number;
  /** Takes the Pods that a Node's describe lists. */
  readonly carried: KubeObject[];
}

function described(text: string, { parser, home, now, carried }: DescribeContext): KubeObject[] {
  const objects: KubeObject[] = [];
  for (const part of describedParts(text)) {
    const { root, events } = parseDescribe(part);
    const name = valueOf(root, 'Name');
    if (!name) continue;
    const namespace = parser.namespaced ? (valueOf(root, 'Namespace') ?? home) : undefined;
    const about = { kind: parser.kind, name, ...(namespace ? { namespace } : {}) };
    objects.push({
      apiVersion: parser.apiVersion,
      kind: parser.kind,
      metadata: parseMetadata(root, about),
      ...parser.parse(root),
      ...(parser.kind === 'ConfigMap' ? { data: parseConfigData(part) } : {}),
    });
    objects.push(...parseEvents(events, about, now));
    if (parser.kind !== 'Node') continue;
    const lease = leaseOf(root, name);
    if (lease) objects.push(lease);
    carried.push(...carriedPods(root, name, now));
  }
  return objects;
}
