import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { compareText } from '@headwater/core/subject.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

const WOULD_SHOW: Readonly<Record<string, string>> = {
  objects: 'specs, statuses and events of the objects involved',
  logs: 'what the containers said before they failed, and errors no status shows',
  metrics: 'saturation, latency, error rates and the exact onset',
  traces: 'which call of which service is slow or failing',
};

const STATE_WORDS: Readonly<Record<string, string>> = {
  absent: 'were not at hand',
  unreachable: 'could not be reached',
  forbidden: 'are forbidden to the reader',
};

/** What could not be read: whole sources first, then what the collector named. */
export function gapsOf(snapshot: Snapshot, analyzerFailures: readonly string[]): Gap[] {
  const gaps: Gap[] = [];
  for (const [source, wouldShow] of Object.entries(WOULD_SHOW)) {
    const state = snapshot.sources[source as keyof Snapshot['sources']] ?? 'absent';
    const words = STATE_WORDS[state];
    // The collector's own words about a source say more than its state.
    const told = snapshot.gaps.some((gap) => gap.source === source) && state !== 'absent';
    if (words && !told) gaps.push({ source, statement: `The ${source} ${words}`, wouldShow });
  }
  const named = [...snapshot.gaps].sort(
    (left, right) => compareText(left.source, right.source) || compareText(left.statement, right.statement),
  );
  const failures = analyzerFailures.map((statement) => ({
    source: 'engine',
    statement,
    wouldShow: 'the findings of that analyzer',
  }));
  return [...gaps, ...named, ...failures];
}
