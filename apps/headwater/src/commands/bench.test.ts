import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../cli/exit-codes.ts';
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

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headwater-bench-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function headwater(argv: readonly string[]) {
  const captured = captureIo();
  const code = await run(argv, { io: captured.io, wiring: wire });
  return { code, stdout: captured.stdout(), stderr: captured.stderr() };
}

describe('bench recordings', () => {
  it('exits 0 when all are right and writes the result', async () => {
    const file = join(directory, 'results/right.json');
    const { code, stdout } = await headwater(['bench', 'recordings', join(SHIPPED, 'oom-killed'), '--json', file]);
    expect(stdout).toContain('Every recording is right.');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ right: 1, total: 1 });
    expect(code).toBe(EXIT.ok.code);
  });

  it('exits 9 on a miss and names it, 6 when there is nothing to score', async () => {
    await using wrong = await temporaryRecording({
      'objects/web.json': DEPLOYMENT,
      'expected.yaml':
        'verdict: cause\ncategory: [oom-killed]\nsubject: {kind: Deployment, namespace: shop, name: web}\n',
    });
    await using unlabelled = await temporaryRecording({ 'objects/web.json': DEPLOYMENT });
    const miss = await headwater(['bench', 'recordings', wrong.path]);
    expect(miss).toMatchObject({
      code: EXIT.failed.code,
      stdout: expect.stringMatching(/Missed:\n {2}test: /) as string,
    });
    expect(await headwater(['bench', 'recordings', unlabelled.path])).toMatchObject({
      code: EXIT.notFound.code,
      stderr: expect.stringContaining('no recording with an expected.yaml') as string,
    });
    expect((await headwater(['bench', 'recordings', join(directory, 'nowhere')])).code).toBe(EXIT.notFound.code);
    expect((await headwater(['bench', 'cloud-opsbench', '--data', directory])).code).toBe(EXIT.notFound.code);
    expect((await headwater(['bench', 'cloud-opsbench'])).stderr).toContain('HEADWATER_BENCH_DATA');
  });
});
