import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRecording } from '@headwater/adapters/recording/open.ts';
import { startReplay } from '@headwater/adapters/replay/server.ts';
import { selfSigned } from '@headwater/testkit/certificates.ts';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wire } from '../wiring.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { run } from './run.ts';
import { captureIo } from './test-io.ts';

const MAIN = join(import.meta.dirname, '../main.ts');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headwater-bad-input-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function headwater(argv: readonly string[], overrides: Partial<Io> = {}) {
  const captured = captureIo(overrides);
  const code = await run(argv, { io: captured.io, wiring: wire });
  return { code, stdout: captured.stdout(), stderr: captured.stderr() };
}

async function file(name: string, content: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

const deployment = {
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

function kubeconfig(server: string, user: object = {}): string {
  return JSON.stringify({
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server } }],
    users: [{ name: 'test', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  });
}

describe('bad input', () => {
  it('truncated JSON: names the file and what was expected', async () => {
    const alert = await file('alert.json', '{"alerts": [{"labels": {"alertname": "A"');
    const { code, stderr } = await headwater(['diagnose', '--alert', alert]);
    expect(stderr).toContain(`${alert} is not JSON`);
    expect(stderr).toContain('expected an Alertmanager webhook body');
    expect(code).toBe(EXIT.invalid.code);
  });

  it('an alert body of another shape: names the field', async () => {
    const alert = await file('shape.json', '{"alerts": [{"labels": "none"}]}');
    const { code, stderr } = await headwater(['diagnose', '--alert', alert]);
    expect(stderr).toContain('alerts[0].labels');
    expect(code).toBe(EXIT.invalid.code);
  });

  it('a wrong type deep inside an object: drops the field, keeps the rest, names it as a gap', async () => {
    const broken = {
      ...deployment,
      spec: { ...deployment.spec, template: { spec: { containers: [{ name: 'web', ports: 'all' }] } } },
    };
    await using recording = await temporaryRecording({ 'objects/web.json': broken });
    const { code, stdout } = await headwater(['diagnose', '--recording', recording.path, '-o', 'json']);
    const gaps = (JSON.parse(stdout) as { gaps: { statement: string }[] }).gaps.map(({ statement }) => statement);
    expect(gaps.join('\n')).toContain('spec.template.spec.containers[0].ports');
    expect(gaps.join('\n')).toContain('objects/web.json');
    expect(code).toBe(EXIT.ok.code);
  });

  it('a broken file in a recording: names file and line, the other files still load', async () => {
    await using recording = await temporaryRecording({
      'objects/web.json': deployment,
      'objects/broken.json': '{\n  "kind": "Pod",\n  oops\n}',
    });
    const { code, stdout } = await headwater(['diagnose', '--recording', recording.path, '-o', 'json']);
    const diagnosis = JSON.parse(stdout) as { gaps: { statement: string }[]; engine: { objects: number } };
    expect(diagnosis.gaps.map(({ statement }) => statement).join('\n')).toMatch(/objects\/broken\.json.*line 3/);
    expect(diagnosis.engine.objects).toBe(1);
    expect(code).toBe(EXIT.ok.code);
  });

  it('no recording there, or no recording.yaml in it', async () => {
    const missing = await headwater(['diagnose', '--recording', join(directory, 'nowhere')]);
    expect(missing.stderr).toContain('nowhere');
    expect(missing.code).toBe(EXIT.notFound.code);
    await using recording = await temporaryRecording({ 'recording.yaml': 'format: headwater.recording/v9\nname: x\n' });
    const wrong = await headwater(['diagnose', '--recording', recording.path]);
    expect(wrong.stderr).toContain('recording.yaml');
    expect(wrong.code).toBe(EXIT.invalid.code);
  });

  it('an unreachable cluster: says where nothing listens', async () => {
    const config = await file('unreachable', kubeconfig('https://127.0.0.1:1'));
    const { code, stderr } = await headwater(['diagnose', '--kubeconfig', config]);
    expect(stderr).toContain(
      'cannot reach the Kubernetes API server at https://127.0.0.1:1: connection refused; nothing listens there',
    );
    expect(code).toBe(EXIT.unavailable.code);
  });

  it('an expired client certificate: says when it expired', async () => {
    const { cert, key } = selfSigned({ from: new Date('2025-01-01T00:00:00Z'), to: new Date('2026-01-01T00:00:00Z') });
    const user = {
      'client-certificate-data': Buffer.from(cert).toString('base64'),
      'client-key-data': Buffer.from(key).toString('base64'),
    };
    const config = await file('expired-client', kubeconfig('https://127.0.0.1:1', user));
    const { code, stderr } = await headwater(['diagnose', '--kubeconfig', config]);
    expect(stderr).toContain('the client certificate of context test expired on 2026-01-01T00:00:00.000Z');
    expect(code).toBe(EXIT.denied.code);
  });

  it('an expired server certificate: says so and how to mend it', async () => {
    const pair = selfSigned({ from: new Date('2020-01-01T00:00:00Z'), to: new Date('2021-01-01T00:00:00Z') });
    const server = createServer(pair, (_, response) => response.end('{}')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const config = JSON.parse(kubeconfig(url)) as { clusters: { cluster: Record<string, string> }[] };
    const [first] = config.clusters;
    if (first) first.cluster['certificate-authority-data'] = Buffer.from(pair.cert).toString('base64');
    const { code, stderr } = await headwater([
      'diagnose',
      '--kubeconfig',
      await file('expired-server', JSON.stringify(config)),
    ]);
    server.close();
    expect(stderr).toContain(`cannot trust the Kubernetes API server at ${url}: its certificate has expired`);
    expect(code).toBe(EXIT.unavailable.code);
  });

  it('a forbidden kind: becomes a gap and the diagnosis goes on', async () => {
    const forbidden = {
      apiVersion: 'v1',
      kind: 'Status',
      status: 'Failure',
      reason: 'Forbidden',
      code: 403,
      message:
        'secrets is forbidden: User "viewer" cannot list resource "secrets" in API group "" at the cluster scope',
      details: { kind: 'secrets' },
    };
    await using recording = await temporaryRecording({
      'objects/web.json': deployment,
      'objects/secrets.json': forbidden,
    });
    const { code, stdout } = await headwater(['diagnose', '--recording', recording.path, '-o', 'json']);
    const gaps = (JSON.parse(stdout) as { gaps: { statement: string }[] }).gaps.map(({ statement }) => statement);
    expect(gaps.join('\n')).toMatch(/[Ss]ecret.*(forbidden|may not)/);
    expect(code).toBe(EXIT.ok.code);
  });

  it('an alert that matches nothing: abstains and names what it looked for', async () => {
    const body = {
      version: '4',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'KubeDeploymentReplicasMismatch', namespace: 'shop', deployment: 'basket' },
          startsAt: '2026-03-01T09:50:00Z',
        },
      ],
    };
    await using recording = await temporaryRecording({ 'objects/web.json': deployment, 'alerts/1.json': body });
    const { code, stdout } = await headwater(['diagnose', '--recording', recording.path]);
    expect(stdout).toContain('INSUFFICIENT EVIDENCE');
    expect(stdout).toContain('shop/basket');
    expect(code).toBe(EXIT.inconclusive.code);
  });

  it('objects of an unknown CRD: are kept and harm nothing', async () => {
    const widget = {
      apiVersion: 'acme.example/v1',
      kind: 'Widget',
      metadata: { name: 'blue', namespace: 'shop' },
      spec: { containers: 'not what you think', replicas: 'three' },
    };
    await using recording = await temporaryRecording({ 'objects/web.json': deployment, 'objects/widget.json': widget });
    const { code, stdout } = await headwater(['diagnose', '--recording', recording.path, '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'no-fault', engine: { objects: 2 } });
    expect(code).toBe(EXIT.ok.code);
  });

  it('a log of 200 MB: is reduced while it streams', async () => {
    await using recording = await temporaryRecording({ 'objects/web.json': deployment });
    const folder = join(recording.path, 'logs/shop/web-1');
    await mkdir(folder, { recursive: true });
    const out = createWriteStream(join(folder, 'web.log'));
    const block = '2026-03-01T09:59:00Z INFO request served in 3 ms path=/cart status=200\n'.repeat(14_000);
    for (let written = 0; written < 200 * 1024 * 1024; written += block.length)
      if (!out.write(block)) await once(out, 'drain');
    out.end();
    await once(out, 'close');
    // A process that kept the log would die of this heap; how much memory a process holds depends on when it last cleaned up.
    const argv = ['diagnose', '--recording', recording.path, '-o', 'json'];
    const child = spawn(process.execPath, ['--max-old-space-size=120', MAIN, ...argv], { stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([EXIT.ok.code, null]);
  }, 120_000);

  it('wrong options: says what is possible', async () => {
    const format = await headwater(['diagnose', '-o', 'xml']);
    expect(format.stderr).toContain('Allowed choices are table, json, yaml, markdown');
    expect(format.code).toBe(EXIT.usage.code);
    const both = await headwater(['diagnose', 'deploy/web', '--recording', 'x']);
    expect(both.stderr).toContain('--recording and KIND/NAME cannot be used together');
    expect(both.code).toBe(EXIT.invalid.code);
  });

  it('an object that does not exist: names the near miss', async () => {
    await using recording = await temporaryRecording({ 'objects/web.json': deployment });
    const replay = await startReplay({
      source: await openRecording(recording.path),
      clock: { now: Date.now, wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined) },
    });
    const config = await file('replay', replay.kubeconfig);
    const object = await headwater(['diagnose', 'deploy/wep', '-n', 'shop', '--kubeconfig', config]);
    const kind = await headwater(['diagnose', 'deploymnet/web', '-n', 'shop', '--kubeconfig', config]);
    await replay.stop();
    expect(object.stderr).toContain('no Deployment wep in namespace shop; did you mean web?');
    expect(object.code).toBe(EXIT.notFound.code);
    expect(kind.stderr).toContain('the cluster serves no kind "deploymnet"; did you mean "deployment"?');
  });
});
