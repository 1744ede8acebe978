import { isProductSource, type Project } from '../project.ts';
import type { Rule, Violation } from '../rule.ts';
import { isSyntaxNode, type SourceFile, type SyntaxNode, walk } from '../source-file.ts';

type Power = 'clock' | 'random' | 'environment' | 'exit' | 'network';

/**
 * The files whose purpose is to touch the world outside. `core` and `diagnosis` can never be listed.
 * Everything else takes a clock, a random source or a reader as an argument.
 */
export const ALLOWED: Readonly<Record<Power, readonly string[]>> = {
  clock: [
    'apps/headwater/src/cli/io.ts',
    'apps/headwater/src/wiring.ts',
    'apps/headwater/src/wiring/demo.ts',
    'apps/headwater/src/wiring/server.ts',
    'apps/headwater/src/wiring/worker-thread.ts',
    'apps/web/src/platform/clock.ts',
    'bench/src/cloud-opsbench/print/try.ts',
    'bench/src/crash/main.ts',
    'bench/src/server/main.ts',
    'bench/src/journal/main.ts',
    'bench/src/pool/part-worker.ts',
    'bench/src/load/drive.ts',
    'bench/src/load/main.ts',
    'bench/src/load/measure.ts',
    'bench/src/load/processes.ts',
    'bench/src/load/stream.ts',
    'bench/src/itbench/main.ts',
    'bench/src/scale/cold-run.ts',
    'bench/src/scale/measure-warm.ts',
    'bench/src/scale/warm-run.ts',
  ],
  random: [
    'apps/headwater/src/wiring.ts',
    'apps/headwater/src/wiring/demo.ts',
    'apps/headwater/src/wiring/server.ts',
    'apps/headwater/src/wiring/worker-thread.ts',
    'apps/web/src/platform/random.ts',
    'bench/src/scale/warm-run.ts',
  ],
  environment: [
    'apps/headwater/src/main.ts',
    'apps/headwater/src/cli/io.ts',
    'apps/headwater/src/wiring/worker-thread.ts',
    'bench/src/cloud-opsbench/print/try.ts',
  ],
  exit: [
    'apps/headwater/src/main.ts',
    'bench/src/crash/main.ts',
    'bench/src/itbench/main.ts',
    'bench/src/demos/try.ts',
    'bench/src/synthetic/try.ts',
  ],
  network: ['apps/web/src/api/http.ts'],
};

const PURE = /^packages\/(core|diagnosis)\/src\//;

const MEMBERS: Readonly<Record<string, Power>> = {
  'Date.now': 'clock',
  'performance.now': 'clock',
  'process.hrtime': 'clock',
  'process.uptime': 'clock',
  'Math.random': 'random',
  'crypto.randomUUID': 'random',
  'crypto.getRandomValues': 'random',
  'process.env': 'environment',
  'process.argv': 'environment',
  'process.cwd': 'environment',
  'process.exit': 'exit',
  'process.exitCode': 'exit',
};

const RANDOM_IMPORTS = new Set(['randomUUID', 'randomBytes', 'randomInt']);

// Only timers wait; a pure function that waits is not one.
const PURE_CALLS = new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']);

interface Use {
  readonly power: Power | 'waiting';
  readonly text: string;
  readonly start: number;
}

function useOf(node: SyntaxNode): Use | undefined {
  const start = node.start;
  if (node.type === 'MemberExpression') {
    const text = `${identifier(node['object'])}.${identifier(node['property'])}`;
    const power = node['computed'] === true ? undefined : MEMBERS[text];
    return power && { power, text, start };
  }
  if (node.type === 'NewExpression' && identifier(node['callee']) === 'Date') {
    const given = node['arguments'];
    return Array.isArray(given) && given.length === 0 ? { power: 'clock', text: 'new Date()', start } : undefined;
  }
  if (node.type === 'CallExpression') {
    const callee = identifier(node['callee']);
    if (callee === 'fetch') return { power: 'network', text: 'fetch()', start };
    if (callee === 'Date') return { power: 'clock', text: 'Date()', start };
    return PURE_CALLS.has(callee) ? { power: 'waiting', text: `${callee}()`, start } : undefined;
  }
  if (node.type === 'ImportSpecifier') {
    const name = identifier(node['imported']);
    return RANDOM_IMPORTS.has(name) ? { power: 'random', text: `import of ${name}`, start } : undefined;
  }
  return asynchronous(node) ? { power: 'waiting', text: 'async or await', start } : undefined;
}

function asynchronous(node: SyntaxNode): boolean {
  return node.type === 'AwaitExpression' || (node['async'] === true && /Function/.test(node.type));
}

function identifier(value: unknown): string {
  return isSyntaxNode(value) && value.type === 'Identifier' ? String(value['name']) : '';
}

function usesIn(file: SourceFile): Use[] {
  const uses: Use[] = [];
  walk(file.program, (node) => {
    const use = useOf(node);
    if (use) uses.push(use);
  });
  return uses;
}

function findUses(project: Project, forbidden: (path: string, use: Use) => boolean): Violation[] {
  return project.sources
    .filter((file) => isProductSource(file.path))
    .flatMap((file) =>
      usesIn(file)
        .filter((use) => forbidden(file.path, use))
        .map((use) => ({ file: file.path, line: file.lineAt(use.start), text: use.text })),
    );
}

export const purityRule: Rule = {
  name: 'pure-core',
  means:
    'core and diagnosis are pure and synchronous: no clock, random, environment, network, timer or promise, so that the same input gives the same bytes.',
  remedy:
    'Take the value as an argument (`now`, a seed, text that was read); the caller in engine or apps knows where it comes from.',
  find: (project) => findUses(project, (path) => PURE.test(path)),
};

export const globalsRule: Rule = {
  name: 'outside-world',
  means:
    'The clock, random numbers, the environment, process exit and fetch are touched only in the files listed for it, so that a test can replace each.',
  remedy:
    'Take it as an argument from wiring.ts. If the purpose of the file is to be that door, list it in tools/check/rules/globals.ts.',
  find: (project) =>
    findUses(project, (path, use) => {
      if (PURE.test(path) || use.power === 'waiting') return false;
      return !ALLOWED[use.power].includes(path);
    }),
};
