import { openRecording } from '@headwater/adapters/recording/open.ts';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { expect, it } from 'vitest';
import { recordingChecks } from './recording-checks.ts';

async function checks(files: Record<string, unknown>): Promise<string[]> {
  await using recording = await temporaryRecording(files);
  const found = await recordingChecks(await openRecording(recording.path));
  return found.map(({ state, what }) => `${state}: ${what.replace(recording.path, 'PATH')}`);
}

it('says what a sound recording holds', async () => {
  const pods = { apiVersion: 'v1', kind: 'PodList', items: [{ metadata: { name: 'a', namespace: 'shop' } }] };
  expect(await checks({ 'objects/pods.json': pods, 'logs/shop/a/app.log': 'x' })).toEqual([
    'ok: PATH holds 1 objects, 1 container logs',
  ]);
});

it('fails for each malformed file', async () => {
  expect(await checks({ 'objects/a.json': '{', 'alerts/b.json': '[' })).toEqual([
    'ok: PATH holds nothing',
    'failed: alerts/b.json, line 1, column 2: the file ends; expected a value',
    'failed: objects/a.json, line 1, column 2: the file ends; expected a property name in double quotes, or "}"',
  ]);
});
