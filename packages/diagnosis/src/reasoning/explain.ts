import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import type { Finding } from '../finding.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type Hypothesis, layerRank } from './hypothesis.ts';
import { componentKey, type Reach } from './reach.ts';
import { indexEffects, type Reached } from './effects.ts';

/** A hypothesis with what it reaches and what explains it away. */
export interface Explained {
  readonly hypothesis: Hypothesis;
  readonly reach: Reach;
  /** The hypothesis of which this one is an effect, or null. */
  readonly explainedBy: Hypothesis | null;
  /** Why it is held to be an effect; null when it is not. */
  readonly how: How | null;
}

/**
 * Why one hypothesis is an effect of another. `blamed`: its own finding points there. `effect`: it is only an effect and the
 * other reaches it. `finer`: the other names the mechanism on the same object. `outer`: it says only that the object does not
 * come up. `better`: the other category says the same more exactly. `follows`: such a fault follows from the other one's.
 */
export type How = 'blamed' | 'effect' | 'finer' | 'outer' | 'better' | 'follows';

/** Layers whose faults an object's own state shows. */
const VISIBLE: ReadonlySet<Finding['layer']> = new Set<Finding['layer']>([
  'control-plane',
  'node',
  'admission',
  'state',
]);

/** Categories that describe an effect as often as a cause: any specific fault they depend on explains them. */
const GENERIC: ReadonlySet<Category> = new Set<Category>([
  'app-crash',
  'readiness-failing',
  'rollout-stuck',
  'dependency-failing',
  'dependency-cascade',
  'upstream-timeout',
  'job-failed',
  'init-container-failing',
  'init-container-hanging',
  'retry-storm',
  'queue-backlog',
  'version-errors',
  'version-slow',
  'external-api-failing',
  'hpa-at-max',
  'pdb-blocks',
  'not-an-incident',
  'config-drift',
  'attribute-errors',
]);

/** Generic categories that say only that a workload does not come up: even another generic one on the same object says more. */
const OUTERMOST: ReadonlySet<Category> = new Set<Category>([
  'rollout-stuck',
  'readiness-failing',
  'job-failed',
  'hpa-at-max',
  'pdb-blocks',
  'config-drift',
]);

// What the cluster itself states about a workload is not the effect of a guess at why its process ends.
const VAGUER = 0.3;

/** Faults a broken Node shows on the Pods it carries. */
const NODE_EFFECTS: ReadonlySet<Category> = new Set<Category>([
  ...GENERIC,
  'probe-misconfigured',
  'stuck-terminating',
  'eviction-pressure',
  'insufficient-cpu',
  'insufficient-memory',
  'taint-not-tolerated',
  'network-delay',
  'network-loss',
  'network-partition',
  'cni-failure',
  'registry-unavailable',
  'registry-unresolvable',
  'dns-name-wrong',
  'cpu-throttling',
  'volume-mount-failed',
  'volume-attach-failed',
  'anti-affinity-conflict',
  'topology-spread-violation',
  'volume-node-affinity',
  'preempted',
  'oom-killed',
  'kube-proxy-down',
  'scheduling-gated',
]);

/** A Node nobody hears from reports no kill: one that is reported happened elsewhere, for its own reason. */
const UNHEARD: ReadonlySet<Category> = new Set<Category>(['kubelet-down', 'node-lost']);

/** Objects that an admission refusal keeps from existing. */
const ADMISSION_EFFECTS: ReadonlySet<Category> = new Set<Category>([
  ...GENERIC,
  'service-missing',
  'pvc-missing',
  'zero-replicas',
  'dns-name-wrong',
  'dependency-address-wrong',
]);

/** Faults that follow, further down the same path, from a specific fault of a dependency. */
const DEPENDENCY_EFFECTS: ReadonlySet<Category> = new Set<Category>([
  ...GENERIC,
  'pool-exhausted',
  'resource-exhausted-in-process',
  'cache-failure',
  'slow-query',
  'network-delay',
  'traffic-surge',
  'cpu-throttling',
  'ingress-controller-down',
  // What a workload of the cluster serves to the API server or to other controllers.
  'webhook-unavailable',
  'webhook-slow',
  'aggregated-api-down',
  'certificate-not-ready',
  'gitops-failure',
  // A controller that may not, or cannot, remove its finalizer.
  'stuck-terminating',
]);

/** What a finer category says better about the same thing or what it makes fail, whatever the layers. */
const SAID_BETTER: Partial<Readonly<Record<Category, readonly Category[]>>> = {
  'dns-config-wrong': ['dns-down', 'config-changed'],
  'feature-flag': ['config-changed'],
  'config-malformed': ['config-changed'],
  'config-stale': ['config-changed'],
  'pool-exhausted': ['config-changed'],
  // What the kernel does to a process that grows is the growth's doing.
  'memory-leak': ['oom-killed'],
  // What an experiment does to the network is the experiment's doing.
  'chaos-experiment': ['network-partition', 'network-delay', 'network-loss'],
};

/** Decides for each hypothesis which other one it is an effect of, if any. */
export function explainAway(snapshot: Snapshot, hypotheses: readonly Reached[]): readonly Explained[] {
  const effects = indexEffects(snapshot, hypotheses, mayExplain);
  const explanations = new Map<Hypothesis, { by: Hypothesis; how: How }>();
  const causes = hypotheses.filter(({ hypothesis }) => hypothesis.lead.role === 'cause');
  // The most fundamental first: what explains a hypothesis first explains it.
  for (const cause of causes.toSorted((left, right) => precedence(left.hypothesis) - precedence(right.hypothesis))) {
    effects.visit(cause, (effect) => {
      const how = effect === cause.hypothesis ? null : explains(snapshot, cause, effect);
      if (how) explanations.set(effect, { by: cause.hypothesis, how });
      return how !== null;
    });
  }
  return breakCycles(
    hypotheses.map(({ hypothesis, reach }) => {
      const found = explanations.get(hypothesis);
      return { hypothesis, reach, explainedBy: found?.by ?? null, how: found?.how ?? null };
    }),
  );
}

function explains(snapshot: Snapshot, { hypothesis: strong, reach }: Reached, weak: Hypothesis): How | null {
  const hops = reach.get(componentKey(snapshot, weak.subject));
  const blamed = weak.findings.some(({ blames }) =>
    (blames ?? []).some((subject) => reach.get(componentKey(snapshot, subject)) === 0),
  );
  if (hops === undefined && !blamed) return null;
  return howOf(strong, weak, { hops, blamed, strength: weak.lead.strength });
}

// Whether two kinds can be cause and effect at all: side by side, and the effect as unsure as can be.
function mayExplain(strong: Hypothesis, weak: Hypothesis): boolean {
  return howOf(strong, weak, { hops: 0, blamed: false, strength: 0 }) !== null;
}

interface Bond {
  readonly hops: number | undefined;
  readonly blamed: boolean;
  /** Of the effect. */
  readonly strength: number;
}

// Being nearer, or surer than the effect, must never make a cause explain less: `mayExplain` relies on it.
function howOf(strong: Hypothesis, weak: Hypothesis, { hops, blamed, strength }: Bond): How | null {
  if (weak.lead.role === 'symptom') return blamed ? 'blamed' : 'effect';
  if (hops === 0 && !GENERIC.has(strong.category) && GENERIC.has(weak.category)) return 'finer';
  const vague = GENERIC.has(strong.category) && strong.lead.strength + VAGUER < strength;
  if (hops === 0 && OUTERMOST.has(weak.category) && !OUTERMOST.has(strong.category) && !vague) return 'outer';
  // What put a fault back explains it, whatever it is.
  if (hops === 0 && strong.category === 'repair-reverted') return 'better';
  if (weak.category === 'repair-reverted') return null;
  if (SAID_BETTER[strong.category]?.includes(weak.category)) return 'better';
  // Who failed first of those that were measured still fails because of what it needs and does not run.
  if (weak.category === 'dependency-cascade' && VISIBLE.has(strong.lead.layer)) return 'follows';
  if (strong.lead.strength + 0.15 < strength) return null;
  if (weak.category === 'oom-killed' && UNHEARD.has(strong.category)) return null;
  return effectsOf(strong).has(weak.category) && !effectsOf(weak).has(strong.category) ? 'follows' : null;
}

function effectsOf(hypothesis: Hypothesis): ReadonlySet<Category> {
  if (GENERIC.has(hypothesis.category)) return new Set();
  switch (hypothesis.lead.layer) {
    case 'control-plane':
    case 'node':
      return NODE_EFFECTS;
    case 'admission':
      return ADMISSION_EFFECTS;
    default:
      return DEPENDENCY_EFFECTS;
  }
}

function precedence(hypothesis: Hypothesis): number {
  return layerRank(hypothesis.lead) - hypothesis.lead.strength;
}

// Two hypotheses must not explain each other away: the more fundamental one stands.
function breakCycles(explained: readonly Explained[]): readonly Explained[] {
  const byHypothesis = new Map(explained.map((entry) => [entry.hypothesis, entry]));
  return explained.map((entry) => {
    const seen = new Set<Hypothesis>([entry.hypothesis]);
    for (let next = entry.explainedBy; next; next = byHypothesis.get(next)?.explainedBy ?? null) {
      if (!seen.has(next)) {
        seen.add(next);
        continue;
      }
      const ring = [...seen];
      const strongest = ring.reduce((best, candidate) => (precedence(candidate) < precedence(best) ? candidate : best));
      return entry.hypothesis === strongest ? { ...entry, explainedBy: null, how: null } : entry;
    }
    return entry;
  });
}
