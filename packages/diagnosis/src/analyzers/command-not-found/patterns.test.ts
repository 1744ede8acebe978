import { expect, it } from 'vitest';
import { readCommandError, readStartError } from './patterns.ts';

it.each([
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "srv": executable file not found in $PATH: unknown',
  'container create failed: time="2026-03-01T10:00:00Z" level=error msg="executable file `srv` not found in $PATH: No such file or directory"',
  'OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "/app/srv": stat /app/srv: no such file or directory: unknown',
  'runc create failed: unable to start container process: exec: "/entry.sh": permission denied: unknown',
])('reads the refusal %s', (message) => {
  expect(readStartError(message)).not.toBeNull();
});

it.each([
  'failed to create shim task: OCI runtime create failed: error mounting "/x" to rootfs: no such file or directory',
  'secret "db" not found',
  'exec format error',
])('leaves %s', (message) => {
  expect(readStartError(message)).toBeNull();
});

it.each([
  'sh: 1: serve: not found',
  '/bin/sh: serve: not found',
  'bash: line 3: serve: command not found',
  '/docker-entrypoint.sh: 12: exec: serve: not found',
  '/entrypoint.sh: line 5: serve: command not found',
  '[FATAL tini (7)] exec serve failed: No such file or directory',
  'exec /app/run: no such file or directory',
  'Error: Unable to access jarfile /app/app.jar',
  'Error: Could not find or load main class com.example.Main',
  "python: can't open file '/app/mian.py': [Errno 2] No such file or directory",
  '/usr/local/bin/python: No module named gunicron',
  'npm ERR! Missing script: "strat"',
  'Error: unknown command "serv" for "app"',
  'error: unknown flag: --prot',
  'flag provided but not defined: -prot',
  'usage: app [-h]\nerror: unrecognized arguments: --prot',
])('reads the last word %s', (line) => {
  expect(readCommandError(line)).not.toBeNull();
});

it.each(['GET /missing 404 not found', 'user not found', 'config key "x": not found', 'listening'])(
  'leaves the line %s',
  (line) => {
    expect(readCommandError(line)).toBeNull();
  },
);
