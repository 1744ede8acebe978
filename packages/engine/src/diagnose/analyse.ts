import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { plainSecrets, scrubber, scrubTree } from '@headwater/core/masking/scrub.ts';
import { diagnosisSteps } from '@headwater/diagnosis/reasoning/diagnose.ts';
import type { SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { buildSnapshot, type Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { Collected } from './evidence/gather.ts';

/** What an analysis needs from the process it runs in. */
export interface AnalysisRuntime {
  readonly version: string;
  /** A team's own rules, when there are any. */
  readonly rules?: RuleBook | undefined;
  /** Lets other work of this thread go first; an analysis of a large cluster takes seconds. */
  pause(): Promise<void>;
  /** Milliseconds from an arbitrary start that never go back. */
  monotonic(): number;
}

/** Diagnoses what was collected, pausing often, and masks the outcome. `engine.ms` is the time the thread worked on it. */
export async function analyse(
  input: SnapshotInput,
  runtime: AnalysisRuntime,
  signal?: AbortSignal,
): Promise<Collected> {
  const started = runtime.monotonic();
  const snapshot = buildSnapshot(input);
  const steps = diagnosisSteps(snapshot, {
    version: runtime.version,
    analyzers: runtime.rules?.analyzers(snapshot) ?? [],
  });
  let step = steps.next();
  while (!step.done) {
    await runtime.pause();
    signal?.throwIfAborted();
    step = steps.next();
  }
  const diagnosis = step.value;
  const scrub = scrubber(plainSecrets(objectsAround(snapshot, diagnosis)));
  const ms = Math.round(runtime.monotonic() - started);
  return {
    snapshot,
    input,
    diagnosis: maskDiagnosis({ ...diagnosis, engine: { ...diagnosis.engine, ms } }, scrub),
    scrub,
  };
}

/** What an owner made repeats its template; thousands of Pods show no other literals than the first hundreds. */
const MAX_OWNED = 500;

// A credential in plain sight matters where its text may turn up: in the namespaces the incident speaks of, and those whose logs were read.
function objectsAround(snapshot: Snapshot, diagnosis: Diagnosis): readonly unknown[] {
  const namespaces = new Set([
    ...snapshot.alerts.flatMap(({ labels }) => labels['namespace'] ?? []),
    ...snapshot.logs.all.map(({ namespace }) => namespace),
    ...Object.values(diagnosis.evidence).flatMap(({ subject }) => subject?.namespace ?? []),
    ...diagnosis.causes.flatMap(({ subject, aliases }) => [subject, ...aliases].flatMap((one) => one.namespace ?? [])),
  ]);
  const near = snapshot.objects.all.filter(
    ({ kind, metadata }) => kind !== 'Event' && namespaces.has(metadata.namespace ?? ''),
  );
  const owned = near.filter(({ metadata }) => (metadata.ownerReferences ?? []).length > 0);
  const others = near.filter(({ metadata }) => (metadata.ownerReferences ?? []).length === 0);
  return [...others, ...owned.slice(0, MAX_OWNED)];
}

/** A diagnosis without credentials; what was masked in evidence is marked `redacted`, ids and slugs stay. */
export function maskDiagnosis(diagnosis: Diagnosis, scrub: (text: string) => string): Diagnosis {
  const { evidence, ...rest } = diagnosis;
  const pages = Object.entries(evidence).map(([id, page]) => {
    const safe = scrubTree(page, scrub);
    return [id, safe.text === page.text ? safe : { ...safe, redacted: true }] as const;
  });
  return { ...scrubTree(rest, scrub), evidence: Object.fromEntries(pages) };
}
