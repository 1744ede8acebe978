import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

interface Clone {
  root: string;
  run: (...command: string[]) => { status: number | null; stdout: string; stderr: string };
  installs: () => number;
}

/** A tiny clone whose npm is a script that installs one package, or fails when told to. */
function cloneWith(npm: { exitCode?: number } = {}): Clone {
  const root = mkdtempSync(join(tmpdir(), 'headwater-setup-'));
  roots.push(root);
  mkdirSync(join(root, 'tools'));
  for (const name of ['setup.mjs', 'page.mjs', 'test-tools.mjs'])
    cpSync(new URL(`./${name}`, import.meta.url), join(root, 'tools', name));
  writeLock(root, '1.0.0');
  const fakeNpm = join(root, 'fake-npm.cjs');
  writeFileSync(
    fakeNpm,
    `const fs = require('node:fs');
     fs.appendFileSync('npm-calls', process.argv[2] + '\\n');
     if (${npm.exitCode ?? 0}) process.exit(${npm.exitCode ?? 0});
     fs.rmSync('node_modules', { recursive: true, force: true });
     fs.mkdirSync('node_modules/.bin', { recursive: true });
     fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');`,
  );
  return {
    root,
    run: (...command) =>
      spawnSync(process.execPath, [join(root, 'tools/setup.mjs'), ...command], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, npm_execpath: fakeNpm, npm_node_execpath: process.execPath },
      }),
    installs: () => {
      const calls = join(root, 'npm-calls');
      return existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n').length : 0;
    },
  };
}

function writeLock(root: string, version: string): void {
  const lock = {
    packages: { 'node_modules/a': { version }, 'node_modules/b': { version: '9.9.9', optional: true } },
  };
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
}

describe('tools/setup', () => {
  it('installs on a fresh clone, says why, and then runs the command', () => {
    const clone = cloneWith();
    const first = clone.run('node', '-e', 'console.log("ran")');
    expect(first.status).toBe(0);
    expect(first.stdout).toBe('ran\n');
    expect(first.stderr).toContain('packages are not installed yet');
    expect(clone.installs()).toBe(1);
  });

  it('says and installs nothing when the packages are current', () => {
    const clone = cloneWith();
    clone.run();
    const second = clone.run('node', '-e', '');
    expect(second.stderr).toBe('');
    expect(clone.installs()).toBe(1);
  });

  it('installs again when the lockfile asks for another version', () => {
    const clone = cloneWith();
    clone.run();
    writeLock(clone.root, '2.0.0');
    expect(clone.run().stderr).toContain('installed packages differ from package-lock.json');
    expect(clone.installs()).toBe(2);
  });

  it('accepts packages that somebody installed by hand', () => {
    const clone = cloneWith();
    mkdirSync(join(clone.root, 'node_modules'));
    cpSync(join(clone.root, 'package-lock.json'), join(clone.root, 'node_modules/.package-lock.json'));
    expect(clone.run().status).toBe(0);
    expect(clone.installs()).toBe(0);
  });

  it('stops with a remedy when npm fails, and does not run the command', () => {
    const clone = cloneWith({ exitCode: 7 });
    const result = clone.run('node', '-e', 'console.log("ran")');
    expect(result.status).toBe(1);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain('failed with exit code 7');
    expect(result.stderr).toContain('npm registry');
  });

  it('removes the lock of a command that died while installing', () => {
    const clone = cloneWith();
    mkdirSync(join(clone.root, '.cache/setup.lock'), { recursive: true });
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    writeFileSync(join(clone.root, '.cache/setup.lock/pid'), String(dead));
    expect(clone.run().status).toBe(0);
    expect(existsSync(join(clone.root, '.cache/setup.lock'))).toBe(false);
  });

  it('hands the exit code of the command on', () => {
    const clone = cloneWith();
    expect(clone.run('node', '-e', 'process.exit(9)').status).toBe(9);
    expect(clone.run('no-such-command').status).toBe(127);
  });
});
