import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { describe, expect, it } from 'vitest';
import { openRecording } from './open.ts';

const MANIFEST = 'format: headwater.recording/v1\nname: a\ntitle: T\nnow: 2026-03-01T10:00:00Z\ncluster: {name: c}\n';

async function failure(files: Record<string, unknown>): Promise<unknown> {
  await using recording = await temporaryRecording(files);
  return await openRecording(recording.path).then(
    () => 'no failure',
    (error: Error & { code: string }) => `${error.code}: ${error.message.replaceAll(recording.path, 'PATH')}`,
  );
}

describe('recording.yaml', () => {
  it.each([
    ['is missing', null, 'invalid: PATH has no recording.yaml'],
    ['is empty', '', 'invalid: recording.yaml of PATH: it is empty; expected one YAML document'],
    [
      'is no YAML',
      'format: [\nname',
      'invalid: recording.yaml, line 2 of PATH: flow sequence in block collection must be sufficiently indented and end with a ]; expected sound YAML',
    ],
    [
      'has another format',
      MANIFEST.replace('/v1', '/v9'),
      'invalid: recording.yaml, line 1 of PATH: found the text "headwater.recording/v9" at format; expected "headwater.recording/v1"',
    ],
    [
      'has no time',
      MANIFEST.replace('2026-03-01T10:00:00Z', 'today'),
      'invalid: recording.yaml, line 4 of PATH: found the text "today" at now; expected an RFC 3339 time such as 2026-03-01T10:15:00Z',
    ],
    [
      'lacks the cluster',
      MANIFEST.replace(/cluster.*/, ''),
      'invalid: recording.yaml, line 1 of PATH: found nothing at cluster; expected an object',
    ],
    [
      'has a name that is no slug',
      MANIFEST.replace('name: a', 'name: A B'),
      'invalid: recording.yaml, line 2 of PATH: found the text "A B" at name; expected a slug of lower-case letters, digits and dashes',
    ],
    [
      'says an unknown state of a source',
      `${MANIFEST}sources:\n  logs: gone\n`,
      'invalid: recording.yaml, line 7 of PATH: found the text "gone" at sources.logs; expected one of "present", "absent", "unreachable", "forbidden"',
    ],
    ['is a list', '- a', 'invalid: recording.yaml, line 1 of PATH: found a list; expected an object'],
  ])('%s', async (_, text, message) => {
    expect(await failure({ 'recording.yaml': text })).toBe(message);
  });
});

it('says that nothing is there, or something else', async () => {
  await expect(openRecording('/nowhere/at-all')).rejects.toMatchObject({
    code: 'not_found',
    message: 'there is no recording at /nowhere/at-all',
  });
  await using recording = await temporaryRecording({});
  const file = join(recording.path, 'notes.txt');
  await writeFile(file, 'hello');
  await expect(openRecording(file)).rejects.toMatchObject({
    code: 'invalid',
    message: `${file} is no recording: neither a directory nor a gzip-compressed archive`,
    details: { expected: 'a directory with recording.yaml, or the same as .tar.gz' },
  });
});

it('reads the manifest, the folders that exist and the ground truth', async () => {
  await using recording = await temporaryRecording({
    'recording.yaml': `${MANIFEST}gaps: [{source: logs, statement: cut, wouldShow: more}]`,
    'expected.yaml': 'verdict: no-fault',
    'objects/pods.json': { apiVersion: 'v1', kind: 'PodList', items: [] },
    'notes/x.json': '{}',
  });
  const source = await openRecording(recording.path);
  expect(source.manifest).toMatchObject({ name: 'a', gaps: [{ source: 'logs' }] });
  expect(await source.folders()).toEqual(new Set(['objects']));
  expect(await source.expected()).toMatchObject({ verdict: 'no-fault', allCauses: false });
});

it('says what is wrong with the ground truth only when asked for it', async () => {
  await using recording = await temporaryRecording({ 'expected.yaml': 'verdict: cause\ncategory: nonsense\n' });
  const source = await openRecording(recording.path);
  await expect(source.expected()).rejects.toMatchObject({
    code: 'invalid',
    details: { file: 'expected.yaml', line: 2 },
  });
  await using bare = await temporaryRecording({});
  expect(await (await openRecording(bare.path)).expected()).toBeNull();
});

it('opens a container log by its identity, and nothing outside the recording', async () => {
  await using recording = await temporaryRecording({
    'logs/shop/web-1/app.log': 'one\ntwo\n',
    'logs/shop/web-1/app.previous.log': 'boom\n',
    'logs/stray.log': 'x',
    outside: 'secret',
  });
  const source = await openRecording(recording.path);
  const identity = { namespace: 'shop', pod: 'web-1', container: 'app', previous: false };
  expect(await source.logs()).toEqual([{ ...identity }, { ...identity, previous: true }]);
  const read = async (wanted: object): Promise<string[] | null> => {
    const lines = await source.openLog({ ...identity, ...wanted });
    return lines && (await Array.fromAsync(lines));
  };
  expect(await read({})).toEqual(['one', 'two']);
  expect(await read({ previous: true })).toEqual(['boom']);
  expect(await read({ container: 'other' })).toBeNull();
  expect(await read({ namespace: '..', pod: '..', container: '../outside' })).toBeNull();
});
