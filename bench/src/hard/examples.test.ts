import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openRecording } from '@headwater/adapters/recording/open.ts';
import { diagnoseSnapshot } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { scoreDiagnosis } from '@headwater/engine/bench/score-recording.ts';
import { recordingInput } from '@headwater/engine/collect/from-recording.ts';
import { describe, expect, it } from 'vitest';
import { fabricates } from '../../../recordings/hard/judge.ts';

const folder = join(import.meta.dirname, '../../../recordings/hard/examples');

describe.each(readdirSync(folder))('the committed hard recording %s', (name) => {
  it('is read from its files and diagnosed right', async () => {
    const source = await openRecording(join(folder, name));
    const expected = await source.expected();
    if (!expected) throw new Error(`${name} has no expected.yaml`);
    const snapshot = buildSnapshot(await recordingInput(source));
    const diagnosis = diagnoseSnapshot(snapshot, { version: 'test' });
    const { misses } = scoreDiagnosis(diagnosis, expected, (subject) => snapshot.owners.chain(subject));
    expect(misses).toEqual([]);
    expect(fabricates(diagnosis, expected)).toBe(false);
  }, 30_000);
});
