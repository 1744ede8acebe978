import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRecording } from '@headwater/adapters/recording/open.ts';
import { startReplay } from '@headwater/adapters/replay/server.ts';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { until } from '@headwater/testkit/fake-server.ts';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../cli/exit-codes.ts';
import type { Io } from '../cli/io.ts';
import { run } from '../cli/run.ts';
import { captureIo } from '../cli/test-io.ts';
import { wire } from '../wiring.ts';

const SHIPPED = resolve(import.meta.dirname, '../../../../recordings');
const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: { spec: { containers: [{ name: 'web', image: 'web:1' }] } },
  },
  status: { replicas: 1, readyReplicas: 1 },
};
const FORBIDDEN = {
  apiVersion: 'v1',
  kind: 'Status',
  status: 'Failure',
  reason: 'Forbidden',
  code: 403,
  message: 'secrets is forbidden: User "viewer" cannot list resource "secrets" in API group "" at the cluster scope',
  details: { kind: 'secrets' },
};

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headwater-commands-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function headwater(argv: readonly string[], overrides: Partial<Io> = {}) {
  const captured = captureIo(overrides);
  const code = await run(argv, { io: captured.io, wiring: wire });
  return { code, stdout: captured.stdout(), stderr: captured.stderr() };
}

async function replayed(path: string, name: string) {
  const replay = await startReplay({
    source: await openRecording(path),
    clock: { now: Date.now, wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined) },
  });
  const kubeconfig = join(directory, name);
  await writeFile(kubeconfig, replay.kubeconfig);
  return { kubeconfig, url: replay.url, [Symbol.asyncDispose]: () => replay.stop() };
}

describe('doctor', () => {
  it('says which kind may not be listed, with the rule that grants it, and exits 0', async () => {
    await using recording = await temporaryRecording({
      'objects/web.json': DEPLOYMENT,
      'objects/secrets.json': FORBIDDEN,
    });
    await using replay = await replayed(recording.path, 'doctor');
    const { code, stdout } = await headwater([
      'doctor',
      '--kubeconfig',
      replay.kubeconfig,
      '--prometheus',
      `${replay.url}/prometheus`,
    ]);
    expect(stdout).toMatch(/gap +May not list 1 of \d+ kinds over the whole cluster: Secret/);
    expect(stdout).toContain('resources: [secrets]');
    expect(stdout).toContain('prometheus answers');
    expect(stdout).toContain('loki is not configured');
    expect(stdout).toMatch(/\d+ ok, 3 gaps, 0 failed/);
    expect(code).toBe(EXIT.ok.code);
  });

  it('exits 9 when there is no cluster, and names the check in JSON', async () => {
    const { code, stdout } = await headwater(['doctor', '--kubeconfig', join(directory, 'nowhere'), '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        id: 'config',
        state: 'failed',
        what: expect.stringContaining('nowhere') as string,
        mend: expect.stringContaining('KUBECONFIG') as string,
      },
    ]);
    expect(code).toBe(EXIT.failed.code);
  });
});

describe('record', () => {
  it('makes a recording that gives the same first cause as its source', async () => {
    const source = join(SHIPPED, 'oom-killed');
    await using replay = await replayed(source, 'record');
    const path = join(directory, 'taken.tar.gz');
    const alert = join(source, 'alerts/001-KubePodCrashLooping-firing.json');
    const endpoints = ['--prometheus', `${replay.url}/prometheus`, '--tempo', `${replay.url}/tempo`];
    const recorded = await headwater([
      'record',
      path,
      '--kubeconfig',
      replay.kubeconfig,
      '--alert',
      alert,
      ...endpoints,
    ]);
    expect(recorded).toMatchObject({
      code: EXIT.ok.code,
      stderr: '',
      stdout: expect.stringMatching(/^Recorded [1-9]\d* objects and [1-9]\d* logs/) as string,
    });
    const [first, again] = await Promise.all(
      [source, path].map(
        async (recording) =>
          JSON.parse((await headwater(['diagnose', '--recording', recording, '-o', 'json'])).stdout) as Diagnosis,
      ),
    );
    expect(again?.causes[0]).toMatchObject({
      category: first?.causes[0]?.category,
      subject: { kind: first?.causes[0]?.subject.kind, name: first?.causes[0]?.subject.name },
    });
    expect(again?.verdict).toBe('cause');

    const twice = await headwater(['record', path, '--kubeconfig', replay.kubeconfig]);
    expect(twice).toMatchObject({
      code: EXIT.invalid.code,
      stderr: expect.stringContaining('exists already') as string,
    });
  });

  it('leaves nothing behind when it is stopped', async () => {
    await using recording = await temporaryRecording({ 'objects/web.json': DEPLOYMENT });
    await using replay = await replayed(recording.path, 'stopped');
    const path = join(directory, 'stopped-recording');
    const { code } = await headwater(['record', path, '--kubeconfig', replay.kubeconfig], {
      signal: AbortSignal.abort(),
    });
    expect(code).toBe(EXIT.interrupted.code);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });
});

describe('diagnose', () => {
  it('prints no diagnosis when it is stopped half-way', async () => {
    await using recording = await temporaryRecording({ 'objects/web.json': DEPLOYMENT });
    await using replay = await replayed(recording.path, 'interrupted');
    expect(await headwater(['diagnose', '--kubeconfig', replay.kubeconfig], { signal: AbortSignal.abort() })).toEqual({
      code: EXIT.interrupted.code,
      stdout: '',
      stderr: '',
    });
  });
});

describe('replay', () => {
  it('prints environment lines that work, and ends when it is told to', async () => {
    await using recording = await temporaryRecording({ 'objects/web.json': DEPLOYMENT });
    const abort = new AbortController();
    const captured = captureIo({ signal: abort.signal });
    const running = run(['replay', recording.path], { io: captured.io, wiring: wire });
    await until(() => captured.stdout().includes('Ctrl-C'));
    const env: Record<string, string | undefined> = Object.fromEntries(
      [...captured.stdout().matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    );
    expect(Object.keys(env)).toEqual([
      'KUBECONFIG',
      'HEADWATER_PROMETHEUS_URL',
      'HEADWATER_LOKI_URL',
      'HEADWATER_TEMPO_URL',
    ]);
    const { code, stdout } = await headwater(['diagnose', '-o', 'json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'no-fault', engine: { objects: 1 } });
    expect(code).toBe(EXIT.ok.code);
    abort.abort();
    expect(await running).toBe(EXIT.ok.code);
    await expect(readFile(env['KUBECONFIG'] ?? '')).rejects.toThrow('ENOENT');
    expect((await headwater(['diagnose'], { env: { ...env, KUBECONFIG: '/nowhere' } })).code).toBe(EXIT.notFound.code);
  });
});
