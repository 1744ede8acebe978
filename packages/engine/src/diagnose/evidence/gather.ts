import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { scrubTree } from '@headwater/core/masking/scrub.ts';
import { parseTime } from '@headwater/core/time.ts';
import type { SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import type { Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { changeEvidence } from './changes.ts';
import type { EvidenceDraft } from './draft.ts';
import { logEvidence } from './logs.ts';
import { neighbourhood } from './neighbourhood.ts';
import { eventEvidence, objectEvidence } from './objects.ts';
import { seriesEvidence, traceEvidence } from './telemetry.ts';

/** What one analysis may add to the store, in characters of its content. */
const MAX_CHARS = 3 * 1024 * 1024;

export interface Collected {
  readonly snapshot: Snapshot;
  readonly input: SnapshotInput;
  /** Already masked, so that what is cited and what is kept say the same. */
  readonly diagnosis: Diagnosis;
  readonly scrub: (text: string) => string;
}

/** Everything collected that concerns an incident, masked: what the diagnosis cites first, then what lies nearest. */
export function gatherEvidence({ snapshot, input, diagnosis, scrub }: Collected): readonly EvidenceDraft[] {
  const subjects = neighbourhood(snapshot, diagnosis);
  const collected = [
    ...changeEvidence(snapshot, diagnosis),
    ...eventEvidence(snapshot, subjects),
    ...logEvidence(input.logs),
    ...objectEvidence(snapshot, subjects),
    ...seriesEvidence(input.metrics, subjects),
    ...traceEvidence(input.traces),
  ].map((draft) => masked(draft, scrub));
  const rows = new Map<string, EvidenceDraft>();
  let left = MAX_CHARS;
  for (const draft of [...citedEvidence(diagnosis), ...collected]) {
    if (rows.has(draft.id)) continue;
    left -= draft.content === null ? draft.text.length : JSON.stringify(draft.content).length;
    if (left < 0) break;
    rows.set(draft.id, draft);
  }
  return [...rows.values()];
}

function citedEvidence({ evidence }: Diagnosis): EvidenceDraft[] {
  return Object.entries(evidence).map(
    ([id, { kind, source, subject, time, text, series, query, promql, redacted }]) => ({
      id,
      kind,
      source,
      subject: subject ?? null,
      namespace: subject?.namespace ?? null,
      observedAt: time === undefined ? null : parseTime(time),
      text,
      // People ask Prometheus again; the checker reads its own locator in the diagnosis.
      query: promql ?? query,
      redacted,
      content: series ?? null,
    }),
  );
}

function masked(draft: EvidenceDraft, scrub: (text: string) => string): EvidenceDraft {
  const text = scrub(draft.text);
  const content = scrubTree(draft.content, scrub);
  const changed = text !== draft.text || JSON.stringify(content) !== JSON.stringify(draft.content);
  return { ...draft, text, content, redacted: draft.redacted || changed };
}
