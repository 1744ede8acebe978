import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { namesOf } from './names.ts';

export interface PlannedFile {
  readonly path: string;
  readonly template: string;
}

export interface Plan {
  readonly files: readonly PlannedFile[];
  readonly values: Readonly<Record<string, string>>;
  /** Run by Node from the repository root after the files stand. */
  readonly after?: readonly string[];
  readonly next: readonly string[];
}

export interface Scaffold {
  readonly usage: string;
  readonly what: string;
  /** The files to write for this name, or a sentence that says what is wrong with the name. */
  readonly plan: (name: string, root: string) => Plan | string;
}

const ROOMS = [
  'intake',
  'correlate',
  'collect',
  'diagnose',
  'recall',
  'notify',
  'propose',
  'approve',
  'execute',
  'verify',
  'learn',
];

function planAnalyzer(name: string): Plan | string {
  const names = namesOf(name);
  if (!names) return `"${name}" is not kebab-case, like zero-replicas`;
  const folder = `packages/diagnosis/src/analyzers/${name}`;
  return {
    values: { ...names },
    files: [
      { path: `${folder}/index.ts`, template: 'analyzer/index.ts' },
      { path: `${folder}/index.test.ts`, template: 'analyzer/index.test.ts' },
      { path: `${folder}/README.md`, template: 'analyzer/README.md' },
      { path: `${folder}/fixtures/positive-failed.yaml`, template: 'analyzer/positive.yaml' },
      { path: `${folder}/fixtures/negative-running.yaml`, template: 'analyzer/negative.yaml' },
      { path: `${folder}/fixtures/lookalike-completed.yaml`, template: 'analyzer/lookalike.yaml' },
    ],
    after: ['tools/generate/analyzers.ts'],
    next: [
      'Write the fixtures first: how the fault, its repair and its look-alike show in a real cluster.',
      'Then the category, code, layer and strength in index.ts; the README says what it reads and what it is not.',
      `npx vitest run ${folder}`,
    ],
  };
}

function planVerb(name: string): Plan | string {
  const [room = '', verb = '', ...rest] = name.split('/');
  const names = namesOf(verb);
  if (!ROOMS.includes(room) || !names || rest.length > 0) {
    return `"${name}" is not ROOM/verb-entity, like correlate/merge-incident; rooms: ${ROOMS.join(', ')}`;
  }
  const folder = `packages/engine/src/${room}`;
  return {
    values: { ...names, room, file: verb },
    files: [
      { path: `${folder}/${verb}.ts`, template: 'verb/verb.ts' },
      { path: `${folder}/${verb}.test.ts`, template: 'verb/verb.test.ts' },
    ],
    next: [
      'Name the real state and ports; keep the decision pure and the write race-safe.',
      `npx vitest run ${folder}`,
    ],
  };
}

function planRoute(name: string): Plan | string {
  const [folder = '', verb = '', ...rest] = name.split('/');
  const names = namesOf(`${verb}-${folder.replace(/s$/, '')}`);
  if (!namesOf(folder) || !namesOf(verb) || !names || rest.length > 0) {
    return `"${name}" is not resource/verb, like incidents/list`;
  }
  return {
    values: { ...names, folder, file: verb },
    files: [
      { path: `packages/contracts/src/http/${folder}/${verb}.ts`, template: 'route/contract.ts' },
      { path: `apps/headwater/src/http/${folder}/${verb}.ts`, template: 'route/route.ts' },
      { path: `apps/headwater/src/http/${folder}/${verb}.test.ts`, template: 'route/route.test.ts' },
    ],
    next: [
      'Parse only what is used; register the route where the others are.',
      `npx vitest run apps/headwater/src/http/${folder}`,
    ],
  };
}

function planCommand(name: string): Plan | string {
  const names = namesOf(name);
  if (!names) return `"${name}" is not kebab-case, like diagnose`;
  const folder = 'apps/headwater/src/commands';
  return {
    values: { ...names, file: name },
    files: [
      { path: `${folder}/${name}.ts`, template: 'command/command.ts' },
      { path: `${folder}/${name}.test.ts`, template: 'command/command.test.ts' },
    ],
    next: [
      'Add it to the program where the other commands are; give its --help an example.',
      `npx vitest run ${folder}/${name}.test.ts`,
    ],
  };
}

function planAdr(title: string, root: string): Plan | string {
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (slug === '') return 'an ADR needs a title in words';
  const folder = join(root, 'docs/adr');
  const numbers = existsSync(folder) ? readdirSync(folder).map((file) => Number.parseInt(file, 10)) : [];
  const number = String(Math.max(0, ...numbers.filter((one) => !Number.isNaN(one))) + 1).padStart(4, '0');
  return {
    values: { number, title: title.charAt(0).toUpperCase() + title.slice(1) },
    files: [{ path: `docs/adr/${number}-${slug}.md`, template: 'adr/adr.md' }],
    next: ['Keep it to a page; the confirmation names a test that exists.', 'Add its line to docs/adr/README.md.'],
  };
}

/** What `npm run new` can make, by the word that asks for it. */
export const SCAFFOLDS: ReadonlyMap<string, Scaffold> = new Map([
  ['analyzer', { usage: 'analyzer NAME', what: 'a rule of the diagnosis with fixtures', plan: planAnalyzer }],
  ['route', { usage: 'route RESOURCE/VERB', what: 'an HTTP route with its contract', plan: planRoute }],
  ['verb', { usage: 'verb ROOM/VERB-ENTITY', what: 'a use case of the engine', plan: planVerb }],
  ['command', { usage: 'command NAME', what: 'a command of the executable', plan: planCommand }],
  ['adr', { usage: 'adr "TITLE"', what: 'a decision record', plan: planAdr }],
]);
