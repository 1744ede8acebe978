import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { seeded } from '../seeded.ts';
import { caseInput } from './adapter.ts';
import type { OpsCase } from './dataset.ts';

// Words of Kubernetes itself that an application may also use as a name.
const KEPT = new Set(['default', 'standard', 'kube-root-ca.crt', 'master', 'kubernetes']);

/**
 * A case with every name of its application replaced through a random permutation of the alphabet (the tables stay aligned): workloads,
 * Services, claims, quotas, containers, label values and keys, image paths, the namespace, and its ports. The score must not change.
 */
export function renameCase(opsCase: OpsCase, seed: number): OpsCase {
  const random = seeded(seed);
  const { names, ports } = collect(opsCase);
  const cipher = letterCipher(random);
  const scramble = (name: string): string => name.replace(/[a-z]/g, (letter) => cipher.get(letter) ?? letter);
  const renamed = new Map([...names].map((name) => [name, scramble(name)]));
  const moved = movePorts(ports, random);
  let text = JSON.stringify(opsCase);
  const longestFirst = [...renamed.keys()].sort((left, right) => right.length - left.length || (left < right ? -1 : 1));
  text = text.replace(new RegExp(longestFirst.map(escapeRegExp).join('|'), 'g'), (name) => renamed.get(name) ?? name);
  text = text.replace(/(?<![\d.])\d{4,5}(?![\d.]|Ki|Mi)/g, (port) => moved.get(port) ?? port);
  const key = scramble('app');
  text = text.replace(/\bapp=/g, `${key}=`).replace(/(\\n\s*)app: /g, `$1${key}: `);
  return JSON.parse(text) as OpsCase;
}

function collect(opsCase: OpsCase): { names: ReadonlySet<string>; ports: ReadonlySet<number> } {
  const names = new Set<string>([opsCase.namespace]);
  const ports = new Set<number>();
  for (const object of caseInput(opsCase).objects) {
    if (object.metadata.namespace !== opsCase.namespace && object.kind !== 'PersistentVolume') continue;
    if (object.kind === 'Event' || object.kind === 'Lease') continue;
    if (object.kind !== 'Pod' && object.kind !== 'ReplicaSet') names.add(object.metadata.name);
    for (const value of Object.values(object.metadata.labels ?? {})) if (/[a-z]{3}/.test(value)) names.add(value);
    for (const part of wordsOf(object)) names.add(part);
    for (const port of portsOf(object)) ports.add(port);
  }
  return {
    names: new Set([...names].filter((name) => name.length >= 4 && !KEPT.has(name) && !/^\d|[=/:]/.test(name))),
    ports,
  };
}

function wordsOf(object: KubeObject): string[] {
  const { spec } = object as ObjectOf<'Pod'>;
  if (object.kind !== 'Pod') return [];
  return (spec?.containers ?? []).flatMap(({ name, image, env }) => [
    name,
    ...((image ?? '').split(/[:@]/)[0]?.split('/').slice(1) ?? []),
    ...(env ?? []).flatMap(({ value }) => /^([a-z][a-z0-9-]+):\d+$/.exec(value ?? '')?.[1] ?? []),
  ]);
}

function portsOf(object: KubeObject): number[] {
  const found: number[] = [];
  if (object.kind === 'Pod') {
    const containers = (object as ObjectOf<'Pod'>).spec?.containers ?? [];
    found.push(...containers.flatMap(({ ports }) => (ports ?? []).flatMap(({ containerPort }) => containerPort ?? [])));
  }
  if (object.kind === 'Service')
    found.push(...((object as ObjectOf<'Service'>).spec?.ports ?? []).flatMap(({ port }) => port ?? []));
  return found.filter((port) => port >= 1000);
}

// One permutation for the whole case: a misspelt name stays as close to the right one as it was.
function letterCipher(random: () => number): ReadonlyMap<string, string> {
  const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');
  const shuffled = letters.map((letter) => ({ letter, at: random() })).sort((left, right) => left.at - right.at);
  return new Map(letters.map((letter, index) => [letter, shuffled[index]?.letter ?? letter]));
}

// Same number of digits, never one that means something to a reader (5432, 6379), and never the same for two: a permutation, so that
// ports which differed still differ.
function movePorts(ports: ReadonlySet<number>, random: () => number): ReadonlyMap<string, string> {
  const moved = new Map<string, string>();
  const taken = new Set<number>();
  for (const port of ports) {
    const [low, room] = String(port).length === 4 ? [3100, 1900] : [31_000, 9000];
    let free = low + Math.floor(random() * room);
    while (taken.has(free)) free = low + ((free - low + 1) % room);
    taken.add(free);
    moved.set(String(port), String(free));
  }
  return moved;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
