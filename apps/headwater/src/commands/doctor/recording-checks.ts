import { validateRecording } from '@headwater/engine/collect/validate-recording.ts';
import type { RecordingSource } from '@headwater/engine/ports/recording.ts';
import type { Check } from './checks.ts';

const PARTS = {
  object: 'objects',
  alert: 'alerts',
  log: 'container logs',
  loki: 'Loki streams',
  series: 'series',
  span: 'spans',
  journal: 'journal entries',
  change: 'changes',
} as const;

/** Checks a recording: every malformed place fails, what was most likely not meant is a gap. */
export async function recordingChecks(source: RecordingSource): Promise<Check[]> {
  const { counts, faults, notes } = await validateRecording(source);
  const held = Object.entries(PARTS).flatMap(([type, name]) => {
    const count = counts[type as keyof typeof PARTS];
    return count ? [`${count} ${name}`] : [];
  });
  return [
    { id: 'recording', state: 'ok', what: `${source.path} holds ${held.join(', ') || 'nothing'}`, mend: null },
    ...faults.map(
      (what): Check => ({
        id: 'recording',
        state: 'failed',
        what,
        mend: 'Correct the file; all others are read without it.',
      }),
    ),
    ...notes.map(
      (what): Check => ({
        id: 'recording',
        state: 'gap',
        what,
        mend: 'Correct recording.yaml, or leave it if it is meant so.',
      }),
    ),
  ];
}
