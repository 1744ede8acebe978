import type { Project } from '../project.ts';
import type { Rule, Violation } from '../rule.ts';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface LockEntry extends Manifest {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
}

function manifests(project: Project): { path: string; manifest: Manifest }[] {
  return [...project.paths]
    .filter((path) => /^((packages|apps)\/[^/]+\/|bench\/)?package\.json$/.test(path))
    .sort()
    .map((path) => ({ path, manifest: JSON.parse(project.read(path) ?? '{}') as Manifest }));
}

export const pinsRule: Rule = {
  name: 'exact-pins',
  means: 'Dependencies are pinned exactly: the version that was tested is the version that runs.',
  remedy: 'Write the version without ^ or ~ (npm does it: .npmrc says save-exact).',
  find: (project) =>
    manifests(project).flatMap(({ path, manifest }) =>
      Object.entries({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies })
        .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([name, version]) => ({ file: path, text: `${name} is ${version}` })),
    ),
};

export const dependencyReasonsRule: Rule = {
  name: 'dependency-reasons',
  means:
    'Every runtime dependency has a line in docs/dependencies.md that says what it saves us, and no line outlives its dependency.',
  remedy: 'Add or remove the row. A dependency whose row is hard to write is one to do without.',
  find: (project) => {
    const document = project.read('docs/dependencies.md') ?? '';
    const explained = new Set([...document.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name));
    const used = new Map<string, string>();
    for (const { path, manifest } of manifests(project)) {
      for (const name of Object.keys(manifest.dependencies ?? {}))
        if (!name.startsWith('@headwater/')) used.set(name, path);
    }
    const missing = [...used]
      .filter(([name]) => !explained.has(name))
      .map(([name, path]) => ({ file: path, text: `${name} has no row in docs/dependencies.md` }));
    const left = [...explained]
      .filter((name) => !used.has(name))
      .map((name) => ({ file: 'docs/dependencies.md', text: `${name} is not a runtime dependency` }));
    return [...missing, ...left];
  },
};

function lockViolations(packages: Readonly<Record<string, LockEntry>>): Violation[] {
  const file = 'package-lock.json';
  const found: Violation[] = [];
  for (const [path, entry] of Object.entries(packages)) {
    if (entry.resolved !== undefined && /^https?:/.test(entry.resolved)) {
      found.push({ file, text: `${path} records where it was downloaded` });
    }
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      const nested = packages[`${path}/node_modules/${name}`] ?? packages[`node_modules/${name}`];
      if (nested?.version === undefined)
        found.push({ file, text: `${name}, wanted by ${path || 'the root'}, has no version` });
    }
  }
  return found;
}

export const lockfileRule: Rule = {
  name: 'lockfile',
  means:
    'The lockfile is complete for every platform and names no registry host: otherwise `npm ci` fails on somebody else’s machine.',
  remedy:
    'Delete node_modules and package-lock.json, run `npm install`; if an entry still has no version, pin the version before it.',
  find: (project) => {
    const lock = JSON.parse(project.read('package-lock.json') ?? '{}') as { packages?: Record<string, LockEntry> };
    return lockViolations(lock.packages ?? {});
  },
};
