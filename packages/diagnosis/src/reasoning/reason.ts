import { subjectKey } from '@headwater/core/subject.ts';
import type { Finding } from '../finding.ts';
import { isRefuted } from '../metrics/refuted-alerts.ts';
import { isHeartbeat } from '../snapshot/heartbeats.ts';
import { once } from '../snapshot/once.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type Explanation, explainTargets } from './causality/explanation.ts';
import { isStarvationAlert } from './causality/modes.ts';
import { observe } from './causality/observations.ts';
import { createStarvation } from './causality/starvation.ts';
import { explainAway } from './explain.ts';
import { unhealthy, unhealthyObjects, type Unhealthy } from './health.ts';
import { formHypotheses } from './hypothesis.ts';
import { rank, type Ranked, type Scope, withReach } from './rank.ts';
import { canSeeHealth } from './sight.ts';
import { resolveTargets, type Target } from './targets.ts';
import { judge, type Judgement } from './verdict.ts';

/** Everything that was thought about the findings of a snapshot. */
export interface Reasoning {
  readonly targets: readonly Target[];
  /** Every hypothesis, best first. */
  readonly ranked: readonly Ranked[];
  readonly judgement: Judgement;
  /** What is visibly wrong with the targets, whatever the cause. */
  readonly unhealthy: () => readonly Unhealthy[];
  /** How the reported causes lead to the targets. */
  readonly explanation: Explanation;
}

/** Forms, ranks and judges the hypotheses of a snapshot's findings, and explains the alerts by those that are reported. */
export function reasonOver(snapshot: Snapshot, findings: readonly Finding[]): Reasoning {
  const targets = resolveTargets(snapshot);
  const observations = observe(snapshot, findings);
  const scope: Scope = {
    targets,
    namespaces: snapshot.namespaces ? new Set(snapshot.namespaces) : null,
    starved: starvedTargets(snapshot, targets),
    starvedBy: createStarvation(snapshot, observations),
  };
  const ranked = rank(snapshot, explainAway(snapshot, withReach(snapshot, formHypotheses(snapshot, findings))), scope);
  const visible = once(() => visiblyUnhealthy(snapshot, scope));
  const judgement = judge({
    ranked: ranked.filter((entry) => !isIdle(entry)),
    targets,
    unhealthy: visible,
    canSee: canSeeHealth(snapshot),
    canMeasure: snapshot.metrics.all.length > 0,
    refuted: allRefuted(snapshot),
  });
  const explanation = explainTargets(snapshot, { causes: judgement.causes, targets, observations });
  return { targets, ranked, judgement, unhealthy: visible, explanation };
}

function allRefuted(snapshot: Snapshot): boolean {
  const firing = snapshot.alerts.filter((alert) => alert.status === 'firing' && !isHeartbeat(alert));
  return firing.length > 0 && firing.every((alert) => isRefuted(snapshot, alert));
}

/** Watchdogs and test alerts fire on purpose: they are told, and blamed for nothing. */
export function isIdle({ hypothesis }: Ranked): boolean {
  return hypothesis.category === 'not-an-incident';
}

function starvedTargets({ alerts }: Snapshot, targets: readonly Target[]): ReadonlySet<Target> {
  const starving = new Set(
    alerts.flatMap(({ labels, fingerprint }) => (isStarvationAlert(labels['alertname'] ?? '') ? [fingerprint] : [])),
  );
  return new Set(targets.filter(({ alert }) => alert !== null && starving.has(alert)));
}

function visiblyUnhealthy(snapshot: Snapshot, { targets, namespaces }: Scope): readonly Unhealthy[] {
  if (targets.length === 0) return unhealthyObjects(snapshot, namespaces);
  const states = targets.flatMap(({ subject }) => unhealthy(snapshot, subject) ?? []);
  return [...new Map(states.map((state) => [subjectKey(state.subject), state])).values()];
}
