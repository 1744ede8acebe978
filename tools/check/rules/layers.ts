import { posix } from 'node:path';
import type { Project } from '../project.ts';
import type { Rule, Violation } from '../rule.ts';
import type { Import, SourceFile } from '../source-file.ts';

interface Edge {
  readonly from: SourceFile;
  readonly imported: Import;
  /** Repository path of our own file, or undefined for a package from outside or a Node module. */
  readonly target: string | undefined;
}

/** The repository path an import leads to, when it is one of our files. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(from), specifier));
  const own = /^@headwater\/([a-z-]+)\/(.+)$/.exec(specifier);
  if (!own) return undefined;
  const [, name = '', path = ''] = own;
  const folder =
    name === 'bench' ? 'bench' : name === 'headwater' || name === 'web' ? `apps/${name}` : `packages/${name}`;
  return `${folder}/src/${path}`;
}

function edgesOf(project: Project): Edge[] {
  return project.sources.flatMap((from) =>
    from.imports.map((imported) => ({ from, imported, target: resolveImport(from.path, imported.specifier) })),
  );
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$|\/test-[a-z-]+\.ts$|\/fixtures\//.test(path);
}

function workspaceOf(path: string): string | undefined {
  return /^(packages\/[^/]+|apps\/[^/]+|bench)\//.exec(path)?.[1];
}

interface Layer {
  readonly folder: string;
  readonly own: readonly string[];
  /** Packages from outside; undefined leaves that to the package.json and knip. */
  readonly outside?: readonly string[];
  readonly node: boolean | readonly string[];
  readonly why: string;
}

// Tests may import the test kit, Node and the development tools on top of what their layer may.
const LAYERS: readonly Layer[] = [
  {
    folder: 'packages/core',
    own: [],
    outside: ['zod'],
    node: ['node:crypto'],
    why: 'core holds the words and the rules everything else stands on, so it may stand on nothing but zod.',
  },
  {
    folder: 'packages/contracts',
    own: ['packages/core'],
    outside: ['zod'],
    node: false,
    why: 'contracts are read by every side of every boundary, so they may only know core.',
  },
  {
    folder: 'packages/diagnosis',
    own: ['packages/core', 'packages/contracts'],
    outside: [],
    node: false,
    why: 'the diagnosis is pure: the same snapshot gives the same bytes, anywhere.',
  },
  {
    folder: 'packages/engine',
    own: ['packages/core', 'packages/contracts', 'packages/diagnosis'],
    node: ['node:crypto'],
    why: 'the engine says what it needs as a port; only an adapter may know who answers.',
  },
  {
    folder: 'packages/adapters',
    own: ['packages/core', 'packages/contracts', 'packages/engine/src/ports'],
    node: true,
    why: 'an adapter implements a port and knows nothing of the use cases behind it.',
  },
  {
    folder: 'apps/web',
    own: ['packages/core', 'packages/contracts'],
    node: false,
    why: 'the page runs in a browser and knows the server by its contracts alone.',
  },
];

function layerViolation(layer: Layer, edge: Edge): string | undefined {
  const { imported, target, from } = edge;
  const specifier = imported.specifier;
  if (target !== undefined) {
    const allowed = [layer.folder, ...layer.own].some((folder) => target.startsWith(`${folder}/`));
    return allowed ? undefined : `imports ${specifier}; allowed are ${[layer.folder, ...layer.own].join(', ')}`;
  }
  if (specifier.startsWith('node:')) {
    const allowed = layer.node === true || (Array.isArray(layer.node) && layer.node.includes(specifier));
    return allowed ? undefined : `imports ${specifier}; ${layer.folder} does no I/O`;
  }
  if (imported.typeOnly || layer.outside === undefined) return undefined;
  const name = /^(@[^/]+\/[^/]+|[^/]+)/.exec(specifier)?.[1] ?? specifier;
  return layer.outside.includes(name) ? undefined : `${from.path} imports the package ${name}`;
}

function layerRule(layer: Layer): Rule {
  return {
    name: `layer-${posix.basename(layer.folder)}`,
    means: `${layer.folder} imports ${describe(layer)}: ${layer.why}`,
    remedy:
      'Move the code to the layer that may know both, or pass the value in as an argument (a port, for the engine).',
    find: (project) =>
      violations(project, (edge) => {
        if (!edge.from.path.startsWith(`${layer.folder}/src/`) || isTest(edge.from.path)) return undefined;
        return layerViolation(layer, edge);
      }),
  };
}

function describe(layer: Layer): string {
  const names = [...layer.own.map((folder) => folder.replace('packages/', '')), ...(layer.outside ?? [])];
  return names.length === 0 ? 'only itself' : `only itself, ${names.join(', ')}`;
}

function violations(project: Project, judge: (edge: Edge) => string | undefined): Violation[] {
  return edgesOf(project).flatMap((edge) => {
    const text = judge(edge);
    return text === undefined ? [] : [{ file: edge.from.path, line: edge.imported.line, text }];
  });
}

function folderUnder(root: string, path: string): string | undefined {
  return path.startsWith(root) ? path.slice(root.length).split('/')[0] : undefined;
}

const ADAPTERS = 'packages/adapters/src/';
const ANALYZERS = 'packages/diagnosis/src/analyzers/';

/** One rule per line of "Dependency rules" in the architecture. */
export const layerRules: readonly Rule[] = [
  ...LAYERS.map(layerRule),
  {
    name: 'adapters-apart',
    means:
      'One adapter never imports another: each outside system can be replaced alone. The shared reader adapters/src/http is for all.',
    remedy: 'Move what both need to adapters/src/http, or to core when it is a rule rather than a connection.',
    find: (project) =>
      violations(project, ({ from, imported, target }) => {
        const mine = folderUnder(ADAPTERS, from.path);
        const theirs = target === undefined ? undefined : folderUnder(ADAPTERS, target);
        if (isTest(from.path) || !mine || !theirs || mine === theirs || theirs === 'http') return undefined;
        return `adapter ${mine} imports ${imported.specifier} of adapter ${theirs}`;
      }),
  },
  {
    name: 'wiring-only',
    means:
      'Only apps/headwater/src/wiring.ts and the files of wiring/ import adapters: one place shows which outside systems there are and who uses them.',
    remedy: 'Take the port as an argument, and let wiring.ts hand the adapter in.',
    find: (project) =>
      violations(project, ({ from, imported, target }) => {
        const outside = !from.path.startsWith('packages/adapters/') && !isTest(from.path);
        const wiring = /^apps\/headwater\/src\/(wiring\.ts|wiring\/)/.test(from.path);
        // A benchmark of whole processes joins the parts by itself, as wiring.ts does.
        const support = /^(packages\/testkit|tools|bench\/src\/(scale|load|server|crash|recordings|journal))\//.test(
          from.path,
        );
        if (!outside || wiring || support || !target?.startsWith('packages/adapters/')) return undefined;
        return `imports ${imported.specifier}`;
      }),
  },
  {
    name: 'apps-on-top',
    means: 'Nothing imports apps/: an app joins the packages, so a package that imports it closes a circle.',
    remedy: 'Move the shared part down into the package that owns it.',
    find: (project) =>
      violations(project, ({ from, imported, target }) => {
        if (!target?.startsWith('apps/') || workspaceOf(from.path) === workspaceOf(target)) return undefined;
        return from.path.startsWith('tools/') ? undefined : `imports ${imported.specifier}`;
      }),
  },
  {
    name: 'analyzers-apart',
    means:
      'analyzers/a never imports analyzers/b, only analyzers/_shared: an analyzer can be read, tested and removed alone.',
    remedy: 'Move what both need to packages/diagnosis/src/analyzers/_shared.',
    find: (project) =>
      violations(project, ({ from, imported, target }) => {
        const mine = from.path.startsWith(ANALYZERS) && folderUnder(ANALYZERS, from.path);
        const theirs = target?.startsWith(ANALYZERS) && folderUnder(ANALYZERS, target);
        const folders = [mine, theirs].every((name) => name && !name.endsWith('.ts'));
        if (!folders || mine === theirs || theirs === '_shared') return undefined;
        return mine === '_shared' ? `_shared imports the analyzer ${theirs}` : `imports ${imported.specifier}`;
      }),
  },
  {
    name: 'tests-not-shipped',
    means: 'Code that ships never imports tests, fixtures or the test kit.',
    remedy: 'Move the piece into the package that ships it, and let the test kit import it from there.',
    find: (project) =>
      violations(project, ({ from, imported, target }) => {
        // Accuracy on made worlds needs what makes worlds.
        const makesWorlds =
          /^(packages\/testkit|bench\/src\/(synthetic|itbench|hard|demos|scale|cloud-opsbench\/print))\//.test(
            from.path,
          );
        const ships = /^(packages|apps|bench)\//.test(from.path) && !makesWorlds;
        if (!ships || isTest(from.path) || target === undefined) return undefined;
        return isTest(target) || target.startsWith('packages/testkit/') ? `imports ${imported.specifier}` : undefined;
      }),
  },
  {
    name: 'package-doors',
    means:
      'Another package is imported by its name (@headwater/core/subject.ts), the own package by a relative path; never into a sibling by ../..',
    remedy: 'Write the import the way its side of the door asks for.',
    find: (project) =>
      violations(project, ({ from, imported, target }) => {
        const mine = workspaceOf(from.path);
        if (!mine || target === undefined) return undefined;
        const relative = imported.specifier.startsWith('.');
        const theirs = workspaceOf(target);
        // bench/results and recordings/ are data of the repository, reached by path from the few tests that read them.
        if (relative && theirs !== undefined && theirs !== mine) return `reaches into ${theirs} by a relative path`;
        if (!relative && theirs === mine) return `imports its own package as ${imported.specifier}`;
        return undefined;
      }),
  },
];
