import { join } from 'node:path';
import { openRecording } from '@headwater/adapters/recording/open.ts';
import { diagnose } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { recordingInput } from '@headwater/engine/collect/from-recording.ts';
import { describe, expect, it } from 'vitest';
import { loadScenarios } from './load.ts';
import { faultyVariant } from './scenario.ts';
import { scoreVariant } from './score.ts';

// Every source, every state of a source and both kinds of verdict; the rest of the corpus is read by `headwater bench`.
const READ = [
  'certificate-expired',
  'feature-flag',
  'hard-cascade',
  'hard-evidence-gone',
  'kubelet-down',
  'oom-killed',
  'service-missing',
  'version-errors',
];

const scenarios = (await loadScenarios()).filter(({ slug }) => READ.includes(slug));

describe.each(scenarios)('the recording of $slug', (scenario) => {
  it('read from its files gives the diagnosis of the world it was written from', async () => {
    const source = await openRecording(join(import.meta.dirname, scenario.slug));
    const diagnosis = diagnose(await recordingInput(source), { version: 'corpus' });
    const expected = scoreVariant(faultyVariant(scenario, 0)).diagnosis;
    expect({ ...diagnosis, gaps: [] }).toEqual({ ...expected, gaps: [] });
  });
});
