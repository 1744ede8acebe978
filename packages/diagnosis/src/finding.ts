import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import type { Evidence, Remediation } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Snapshot } from './snapshot/snapshot.ts';

/**
 * Where a fault sits, most fundamental first. Two hypotheses that explain the same subjects are ordered by layer before
 * strength: a dead node explains its Pods, a refused admission explains Pods that do not exist.
 */
export const LAYERS = ['control-plane', 'node', 'admission', 'state', 'change', 'dependency', 'saturation'] as const;
export type Layer = (typeof LAYERS)[number];

/** What can be said against a tempting wrong answer. */
export interface RuledOutFact {
  readonly subject?: Subject | undefined;
  readonly category?: Category | undefined;
  readonly statement: string;
  readonly evidence: readonly Evidence[];
}

/**
 * What an analyzer concludes about one subject. Report only what holds now: an old event whose condition is gone is no finding.
 *
 * Statements are flat and specific. Every literal (name, value, message) stands in backticks and every number appears in
 * the cited evidence: the claim checker drops a statement whose literals its evidence does not show.
 */
export interface Finding {
  /** Stable code `family/name`, listed in the analyzer's `codes`. */
  readonly code: string;
  /** The faulty object: the workload whose template is wrong, the Service with the wrong selector, the Node that is down. */
  readonly subject: Subject;
  readonly category: Category;
  /**
   * `cause`: a mechanism that stands by itself. `symptom`: an effect that needs a cause elsewhere (starved, unready,
   * a caller of something broken); it only becomes a cause of low confidence when nothing explains it.
   */
  readonly role: 'cause' | 'symptom';
  readonly layer: Layer;
  /**
   * How sure the mechanism is from its evidence alone, 0 to 1. 0.95: the cluster itself states it and the spec agrees.
   * 0.8: one firm source. 0.6: inferred from a pattern. 0.4: weak hint.
   */
  readonly strength: number;
  readonly statement: string;
  /** At least one; `evidence/cite.ts` makes them. */
  readonly evidence: readonly Evidence[];
  readonly contradicts?: readonly Evidence[];
  /** The same thing under other names, beyond the owner chain (a ResourceQuota's Namespace, a Service of the same app). */
  readonly aliases?: readonly Subject[];
  /** Objects this fault breaks directly and that the topology does not show (Pods a quota refused, victims of chaos). */
  readonly affects?: readonly Subject[];
  /** For symptoms: the objects it points at (the Service a log line failed to reach). */
  readonly blames?: readonly Subject[];
  /** What changed, when it differs from what broke (a ConfigMap, a flag, a CronJob). */
  readonly actor?: Subject;
  /** Id of the change in the timeline that introduced it. */
  readonly change?: string;
  /** When it began, as far as the evidence shows. */
  readonly since?: Millis | null;
  readonly ruledOut?: readonly RuledOutFact[];
  readonly remediation?: readonly Remediation[];
}

/** One folder of `analyzers/`: a pure function from the snapshot to findings, in any order. */
export interface Analyzer {
  readonly name: string;
  /** Every code it may report, with one sentence each for the findings reference. */
  readonly codes: Readonly<Record<string, string>>;
  /** Kinds and sources it reads, for RBAC documentation and gaps: `Pod`, `Event`, `logs`, `metrics`. */
  readonly reads: readonly string[];
  analyze(snapshot: Snapshot): readonly Finding[];
}
