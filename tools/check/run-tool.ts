import { spawn } from 'node:child_process';

export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; one that cannot be started, or dies by a signal, is a failure with words. */
export function runTool(file: string, args: readonly string[], cwd: string): Promise<ToolResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    const finish = (exitCode: number, words = ''): void =>
      resolve({ exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() + words });
    child.on('error', (error) => finish(127, `could not start ${file}: ${error.message}`));
    child.on('close', (code, signal) => finish(code ?? 1, signal ? `${file} was ended by ${signal}` : ''));
  });
}
