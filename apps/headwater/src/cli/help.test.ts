import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it, onTestFinished } from 'vitest';
import { wire } from '../wiring.ts';
import { EXIT } from './exit-codes.ts';
import { buildProgram } from './program.ts';
import { run } from './run.ts';
import { captureIo } from './test-io.ts';

async function headwater(...argv: string[]) {
  const captured = captureIo();
  const code = await run(argv, { io: captured.io, wiring: wire });
  return { code, stdout: captured.stdout(), stderr: captured.stderr() };
}

function pathsOf(command: Command, path: readonly string[] = []): (readonly string[])[] {
  return command.commands.flatMap((child) => [[...path, child.name()], ...pathsOf(child, [...path, child.name()])]);
}

const PATHS = pathsOf(buildProgram({ io: captureIo().io, wiring: wire, exit: () => {} })).map((path) => path.join(' '));

describe('help', () => {
  it.each(PATHS)('of %s exits 0 and holds examples of that command', async (path) => {
    const { code, stdout, stderr } = await headwater(...path.split(' '), '--help');
    expect(code).toBe(EXIT.ok.code);
    expect(stdout).toContain('Examples:');
    expect(stdout.slice(stdout.indexOf('Examples:'))).toContain(`headwater ${path}`);
    expect(stderr).toBe('');
  });

  it('lists the commands and the exit codes', async () => {
    const { code, stdout } = await headwater('--help');
    expect(code).toBe(EXIT.ok.code);
    for (const path of PATHS.filter((name) => !name.includes(' '))) expect(stdout).toContain(`  ${path} `);
    for (const { means } of Object.values(EXIT)) expect(stdout).toContain(means);
  });

  it('points an unknown command or option to the help', async () => {
    for (const argv of [['diagnoze'], ['diagnose', '--nonsense'], ['completion', 'tcsh']]) {
      const { code, stdout, stderr } = await headwater(...argv);
      expect(code).toBe(EXIT.usage.code);
      expect(stderr).toMatch(/^error: /);
      expect(stdout).toBe('');
    }
  });

  it('prints its version', async () => {
    expect((await headwater('--version')).stdout).toMatch(/^\d+\.\d+\.\d+/);
    expect((await headwater('version')).stdout).toMatch(/^headwater \d+\.\d+\.\d+\S* \(node /);
  });
});

const PARSE = { bash: ['-n'], zsh: ['-n'], fish: ['--no-execute'] } as const;

function isAbsent(shell: string): boolean {
  if (spawnSync(shell, ['--version'], { stdio: 'ignore' }).status === 0) return false;
  process.stderr.write(
    `\nNOT RUN: ${shell} is not installed, its completion script was not tried (apt-get install ${shell})\n`,
  );
  return true;
}

describe('completion', () => {
  for (const [shell, options] of Object.entries(PARSE)) {
    it(`${shell} parses its script`, async () => {
      if (isAbsent(shell)) return;
      const { code, stdout } = await headwater('completion', shell);
      expect(code).toBe(EXIT.ok.code);
      const directory = await mkdtemp(join(tmpdir(), 'headwater-completion-'));
      onTestFinished(() => rm(directory, { recursive: true }));
      const script = join(directory, `completion.${shell}`);
      await writeFile(script, stdout);
      const { status, stderr } = spawnSync(shell, [...options, script], { encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(status).toBe(0);
    });

    it(`the ${shell} script names every command and option values`, async () => {
      const { stdout } = await headwater('completion', shell);
      for (const word of [...PATHS.flatMap((path) => path.split(' ')), 'markdown', 'recording'])
        expect(stdout).toContain(word);
    });
  }

  it('completes commands, subcommands and values in bash', async () => {
    if (isAbsent('bash')) return;
    const { stdout } = await headwater('completion', 'bash');
    const complete = (...words: string[]): string[] => {
      const script = `${stdout}\nCOMP_WORDS=(${words.map((word) => `"${word}"`).join(' ')}); COMP_CWORD=${words.length - 1}; _headwater; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return spawnSync('bash', { input: script, encoding: 'utf8' }).stdout.trim().split('\n');
    };
    expect(complete('headwater', 'dia')).toEqual(['diagnose']);
    expect(complete('headwater', 'bench', 'rec')).toEqual(['recordings']);
    expect(complete('headwater', 'diagnose', '-o', 'm')).toEqual(['markdown']);
    expect(complete('headwater', 'completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
    expect(complete('headwater', 'record', '--max-l')).toEqual(['--max-log-size']);
  });
});
