import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fill, namesOf } from './names.ts';
import { SCAFFOLDS } from './scaffolds.ts';
import { writePlan } from './write-plan.ts';

const repository = resolve(import.meta.dirname, '../..');

/** A repository of links to this one, in which new files can stand beside the real ones. */
function mirror(): string {
  const root = mkdtempSync(join(tmpdir(), 'headwater-new-'));
  const link = (path: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(join(repository, path), join(root, path));
  };
  link('node_modules');
  link('package.json');
  const diagnosis = 'packages/diagnosis/src';
  for (const entry of readdirSync(join(repository, diagnosis)))
    if (entry !== 'analyzers') link(`${diagnosis}/${entry}`);
  for (const entry of ['_shared', 'registry.gen.ts']) link(`${diagnosis}/analyzers/${entry}`);
  link('apps/headwater/node_modules');
  const tsconfig = {
    extends: join(repository, 'tsconfig.json'),
    compilerOptions: {
      incremental: false,
      paths: { '@headwater/contracts/http/*': [`${root}/packages/contracts/src/http/*`] },
    },
    include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
  };
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify(tsconfig));
  writeFileSync(
    join(root, 'vitest.config.ts'),
    `export default { test: { include: ['**/*scaffolded*.test.ts', '**/*scaffolded*/*.test.ts'], pool: 'threads', isolate: false },
       resolve: { alias: [{ find: /^@headwater\\/contracts\\/http\\//, replacement: '${root}/packages/contracts/src/http/' }] } };`,
  );
  return root;
}

function scaffold(root: string, kind: string, name: string): string[] {
  const plan = SCAFFOLDS.get(kind)?.plan(name, root);
  if (plan === undefined || typeof plan === 'string') throw new Error(`no plan: ${plan}`);
  return writePlan(plan, root);
}

function run(root: string, tool: string, ...args: string[]) {
  const result = spawnSync(join(repository, 'node_modules/.bin', tool), args, { cwd: root, encoding: 'utf8' });
  return { status: result.status, output: result.stdout + result.stderr };
}

describe('tools/new', () => {
  let root = '';
  beforeAll(() => {
    root = mirror();
    scaffold(root, 'analyzer', 'scaffolded-fault');
    scaffold(root, 'verb', 'correlate/merge-scaffolded');
    scaffold(root, 'route', 'scaffolded/list');
    scaffold(root, 'command', 'scaffolded-command');
    scaffold(root, 'adr', 'Keep it small');
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('writes code that type-checks', () => {
    const { output } = run(root, 'tsc', '--noEmit', '-p', '.');
    expect(output.split('\n').filter((line) => line.includes('scaffolded'))).toEqual([]);
  });

  it('writes tests that run and pass', () => {
    const result = run(root, 'vitest', 'run', '--root', root);
    expect(result.output).toMatch(/Test Files.*4 passed/);
    expect(result.status).toBe(0);
  });

  it('writes nothing when a file of the plan exists', () => {
    const path = 'packages/engine/src/correlate/merge-scaffolded.ts';
    writeFileSync(join(root, path), 'mine');
    rmSync(join(root, 'packages/engine/src/correlate/merge-scaffolded.test.ts'));
    expect(scaffold(root, 'verb', 'correlate/merge-scaffolded')).toEqual([path]);
    expect(readFileSync(join(root, path), 'utf8')).toBe('mine');
    expect(readdirSync(join(root, 'packages/engine/src/correlate'))).toEqual(['merge-scaffolded.ts']);
  });

  it('numbers decisions one after the other', () => {
    expect(SCAFFOLDS.get('adr')?.plan('Next one', root)).toMatchObject({
      files: [{ path: 'docs/adr/0002-next-one.md' }],
    });
  });

  it.each([
    ['analyzer', 'ZeroReplicas'],
    ['verb', 'merge-incident'],
    ['verb', 'kitchen/merge-incident'],
    ['route', 'list'],
    ['command', 'two words'],
    ['adr', '...'],
  ])('%s refuses the name %s and shows one it would take', (kind, name) => {
    expect(SCAFFOLDS.get(kind)?.plan(name, root)).toMatch(/like|words/);
  });

  it('spells a name in every way a template needs', () => {
    expect(namesOf('zero-replicas-2')).toMatchObject({ camel: 'zeroReplicas2', pascal: 'ZeroReplicas2' });
    expect(() => fill('{{absent}}', {})).toThrow('absent');
  });
});
