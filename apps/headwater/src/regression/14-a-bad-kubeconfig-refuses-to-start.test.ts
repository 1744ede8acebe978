import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../cli/run.ts';
import { captureIo } from '../cli/test-io.ts';
import { wire } from '../wiring.ts';

describe('a kubeconfig that was asked for and cannot be used', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'headwater-kubeconfig-'));
    writeFileSync(join(folder, 'broken.yaml'), 'clusters: [}');
    writeFileSync(join(folder, 'empty.yaml'), '');
    writeFileSync(
      join(folder, 'dangling.yaml'),
      'current-context: prod\ncontexts: [{name: prod, context: {cluster: gone, user: u}}]\nusers: [{name: u, user: {}}]\n',
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['is missing', { HEADWATER_KUBECONFIG: 'missing.yaml' }, ['HEADWATER_KUBECONFIG', 'missing.yaml']],
    ['is no YAML', { HEADWATER_KUBECONFIG: 'broken.yaml' }, ['HEADWATER_KUBECONFIG', 'is not YAML']],
    ['names no context', { HEADWATER_KUBECONFIG: 'empty.yaml' }, ['no current-context is set']],
    ['names a cluster it lacks', { HEADWATER_KUBECONFIG: 'dangling.yaml' }, ['cluster gone, which is not defined']],
    [
      'lacks the context',
      { HEADWATER_KUBECONFIG: 'dangling.yaml', HEADWATER_KUBE_CONTEXT: 'test' },
      ['no context test; there is prod'],
    ],
    ['is the shell’s', { KUBECONFIG: 'missing.yaml' }, ['KUBECONFIG cannot be used', 'missing.yaml']],
    [
      'belongs to one of several clusters',
      { HEADWATER_CLUSTERS: '[{"name":"eu","kubeconfig":"missing.yaml"}]' },
      ['cluster "eu" of HEADWATER_CLUSTERS', 'missing.yaml'],
    ],
  ])('keeps the server from starting when it %s, in clear words', async (_, variables, told) => {
    const env = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        name,
        value.replace(/[a-z]+\.yaml/, (file) => join(folder, file)),
      ]),
    );
    const data = join(folder, 'data');
    const { io, stdout, stderr } = captureIo({ env });
    const code = await run(['serve', '--port', '0', '--data-dir', data], { io, wiring: wire });
    expect(code).not.toBe(0);
    for (const words of told) expect(stderr()).toContain(words);
    expect(stderr()).not.toContain('    at ');
    expect(stdout()).not.toContain('listens');
  });
});
