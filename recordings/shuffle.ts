import type { SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { createRandom } from '@headwater/testkit/world/random.ts';

/** The same input with every list in another order, as files and list items may come. */
export function shuffledInput(input: SnapshotInput, seed: string): SnapshotInput {
  const random = createRandom(seed);
  const shuffle = <T>(key: string, list: readonly T[]): T[] => random.shuffled(key, list);
  return {
    ...input,
    alerts: shuffle('alerts', input.alerts),
    objects: shuffle('objects', input.objects),
    journal: shuffle('journal', input.journal),
    logs: shuffle('logs', input.logs),
    metrics: shuffle('metrics', input.metrics),
    traces: shuffle('traces', input.traces),
    changes: shuffle('changes', input.changes),
    coverage: shuffle('coverage', input.coverage),
  };
}
