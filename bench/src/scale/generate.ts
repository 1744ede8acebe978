import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface ScaleOptions {
  /** A committed recording with a fault, and its repaired twin: the crowd around the fault is made of the twin. */
  readonly faulty: string;
  readonly healthy: string;
  readonly target: string;
  readonly pods: number;
  readonly events: number;
}

interface Item {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const PODS_PER_NODE = 50;

/** Writes a recording of about the given size: one fault among copies of healthy namespaces, spread over copied Nodes. */
export function generateScale({ faulty, healthy, target, pods, events }: ScaleOptions): {
  pods: number;
  events: number;
  objects: number;
} {
  rmSync(target, { recursive: true, force: true });
  cpSync(faulty, target, { recursive: true });
  const crowd = readItems(healthy).filter(
    ({ kind, metadata }) => metadata.namespace && !metadata.namespace.startsWith('kube-') && kind !== 'Event',
  );
  const warnings = readItems(healthy).filter(
    ({ kind, metadata }) => kind === 'Event' && metadata.namespace && !metadata.namespace.startsWith('kube-'),
  );
  const nodes = readItems(healthy).filter(({ kind }) => kind === 'Node');
  const base = readItems(faulty);
  const perCopy = crowd.filter(({ kind }) => kind === 'Pod').length;
  const copies = Math.max(1, Math.ceil((pods - count(base, 'Pod')) / perCopy));
  const eventsPerCopy = Math.ceil(Math.max(0, events - count(base, 'Event')) / copies);
  const copiedNodes = Array.from({ length: Math.ceil(pods / PODS_PER_NODE) }, (_, index) =>
    copyNode(nodes[index % nodes.length], index),
  );
  const nodeNames = copiedNodes.map(({ metadata }) => metadata.name);
  const total = { pods: count(base, 'Pod'), events: count(base, 'Event'), objects: base.length };
  for (let copy = 1; copy <= copies; copy++) {
    const items = crowd.map((item) => renamed(item, copy, nodeNames));
    const copied = Array.from({ length: eventsPerCopy }, (_, index) =>
      renamedEvent(warnings[index % warnings.length], copy, index),
    );
    write(join(target, 'objects', `copy-${String(copy).padStart(5, '0')}.json`), [...items, ...copied]);
    total.pods += perCopy;
    total.events += copied.length;
    total.objects += items.length + copied.length;
  }
  write(join(target, 'objects', 'copied-nodes.json'), copiedNodes);
  return total;
}

function count(items: readonly Item[], kind: string): number {
  return items.filter((item) => item.kind === kind).length;
}

function readItems(recording: string): Item[] {
  const root = join(recording, 'objects');
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .flatMap((entry) => {
      const value = JSON.parse(readFileSync(join(entry.parentPath, entry.name), 'utf8')) as Item & { items?: Item[] };
      return value.items ?? [value];
    });
}

// Namespaces and uids must differ per copy, or the copies would be one object; text replacement reaches every reference.
function renamed(item: Item, copy: number, nodes: readonly string[]): Item {
  const namespace = item.metadata.namespace ?? '';
  let text = JSON.stringify(item);
  text = text.replaceAll(`"namespace":"${namespace}"`, `"namespace":"${namespace}-${copy}"`);
  text = text.replace(
    /("uid":"[0-9a-f-]{28})[0-9a-f]{8}"/g,
    (_, head: string) => `${head}${copy.toString(16).padStart(8, '0')}"`,
  );
  const node = nodes[(copy * 7 + item.metadata.name.length) % Math.max(1, nodes.length)];
  if (node) text = text.replace(/"nodeName":"[^"]+"/g, `"nodeName":"${node}"`);
  return JSON.parse(text) as Item;
}

function renamedEvent(event: Item | undefined, copy: number, index: number): Item {
  if (!event) throw new Error('the healthy recording holds no Event to copy');
  const moved = renamed(event, copy, []);
  return { ...moved, metadata: { ...moved.metadata, name: `${moved.metadata.name}-${index}` } };
}

function copyNode(node: Item | undefined, index: number): Item {
  if (!node) throw new Error('the healthy recording holds no Node to copy');
  const text = JSON.stringify(node).replaceAll(node.metadata.name, `${node.metadata.name}-${index}`);
  return JSON.parse(
    text.replace(
      /("uid":"[0-9a-f-]{28})[0-9a-f]{8}"/,
      (_, head: string) => `${head}${index.toString(16).padStart(8, '0')}"`,
    ),
  ) as Item;
}

function write(file: string, items: readonly Item[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}
