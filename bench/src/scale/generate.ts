import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crowd, type Item } from './crowd.ts';

export interface ScaleOptions {
  /** A committed recording with a fault, and its repaired twin: the crowd around the fault is made of the twin. */
  readonly faulty: string;
  readonly healthy: string;
  readonly target: string;
  readonly pods: number;
  readonly events: number;
}

/** Writes a recording of about the given size: one fault among copies of healthy namespaces, spread over copied Nodes. */
export function generateScale({ faulty, healthy, target, pods, events }: ScaleOptions): {
  pods: number;
  events: number;
  objects: number;
} {
  rmSync(target, { recursive: true, force: true });
  cpSync(faulty, target, { recursive: true });
  const base = readItems(faulty);
  const total = { pods: count(base, 'Pod'), events: count(base, 'Event'), objects: base.length };
  let file = 0;
  const copies = crowd({ healthy: readItems(healthy), pods: pods - total.pods, events: events - total.events });
  for (const items of copies) {
    write(join(target, 'objects', `copy-${String(++file).padStart(5, '0')}.json`), items);
    total.pods += count(items, 'Pod');
    total.events += count(items, 'Event');
    total.objects += items.length;
  }
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

function write(file: string, items: readonly Item[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}
