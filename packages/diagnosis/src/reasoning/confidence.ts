import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';

type Confidence = Diagnosis['causes'][number]['confidence'];

/**
 * Ranking scores and how often a first cause with such a score was right, over the made faults in all their views, Cloud-OpsBench and
 * ITBench (bench/results/all.md). What was measured lies above the knots everywhere: those data were looked at while the rules were
 * written, and a cluster nobody has seen will be harder.
 */
const MEASURED: readonly (readonly [score: number, right: number])[] = [
  [0, 0],
  [0.3, 0.25],
  [0.45, 0.5],
  [0.5, 0.75],
  [0.55, 0.85],
  [0.6, 0.9],
  [0.7, 0.93],
  [0.8, 0.96],
  [0.9, 0.975],
  [1, 0.99],
];

const HIGH = 0.96;
const MEDIUM = 0.85;

/** How often a cause with a ranking score is right (0 to 1), and in one word. Rises with the score. */
export function confidenceAt(score: number): Pick<Confidence, 'band' | 'score'> {
  const right = Math.round(interpolated(Math.max(0, Math.min(1, score))) * 1_000) / 1_000;
  return { band: right >= HIGH ? 'high' : right >= MEDIUM ? 'medium' : 'low', score: right };
}

function interpolated(score: number): number {
  const next = MEASURED.findIndex(([at]) => at >= score);
  const [above, right] = MEASURED[next] ?? [1, 0.99];
  const [below, before] = MEASURED[Math.max(0, next - 1)] ?? [0, 0];
  return above === below ? right : before + ((right - before) * (score - below)) / (above - below);
}
