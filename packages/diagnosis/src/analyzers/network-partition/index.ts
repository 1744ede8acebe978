import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { readField } from '../../snapshot/field.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type ChaosExperiment, chaosExperiments, type ChaosSelection } from '../../topology/chaos.ts';
import { type ChaosState, chaosState } from '../_shared/chaos-state.ts';
import { failuresOf } from '../_shared/failed-connections.ts';
import { citeHit } from '../_shared/log-hits.ts';

/** Fault-injection objects that cut workloads off from each other. */
export const analyzer: Analyzer = {
  name: 'network-partition',
  codes: { 'network/partition-injected': 'A fault-injection object cuts the network between workloads.' },
  reads: ['NetworkChaos', 'Schedule', 'Pod', 'logs'],
  analyze(snapshot) {
    const cuts = chaosExperiments(snapshot.objects).filter(
      ({ experiment, action }) => experiment === 'NetworkChaos' && action === 'partition',
    );
    const found = cuts.flatMap((experiment) => {
      const state = chaosState(experiment);
      return state.state === 'over' ? [] : [report(snapshot, experiment, state)];
    });
    // A Schedule and the experiment it spawned are one fault; the spawned one says more.
    return [...Map.groupBy(found, ({ subject }) => subjectKey(subject)).values()].flatMap((group) =>
      group.sort((left, right) => right.strength - left.strength).slice(0, 1),
    );
  },
};

function report(snapshot: Snapshot, experiment: ChaosExperiment, { state, evidence }: ChaosState): Finding {
  const { object, selections, specPath } = experiment;
  const subject = snapshot.owners.root(subjectOf(object));
  const sources = victims(snapshot, selections, 'source');
  const targets = victims(snapshot, selections, 'target');
  const failures = sources
    .flatMap((source) => failuresOf(snapshot, source))
    .filter(({ error }) => error.mode === 'timeout' || error.mode === 'unreachable');
  const direction = readField(object, `${specPath}.direction`);
  const who = names(sources) || 'the Pods it selects';
  const others = targets.length > 0 ? names(targets) : 'every other Pod';
  return {
    code: 'network/partition-injected',
    subject,
    category: 'network-partition',
    role: 'cause',
    layer: 'state',
    strength: state === 'injected' || failures.length > 0 ? 0.95 : 0.75,
    statement: `${formatSubject(subjectOf(object))} cuts the network between ${who} and ${others} by action \`partition\`${state === 'injected' ? ', and is injected now' : ''}`,
    evidence: [
      citeField(object, `${specPath}.action`),
      evidence,
      ...selections.slice(0, 2).map(({ path }) => citeField(object, path)),
      citeField(object, `${specPath}.direction`),
      ...failures.slice(0, 2).flatMap(({ hit }) => citeHit(hit).slice(0, 1)),
    ],
    aliases: subjectKey(subject) === subjectKey(subjectOf(object)) ? [] : [subjectOf(object)],
    affects: direction === undefined || direction === 'to' ? sources : [...sources, ...targets],
    since: parseTime(object.metadata.creationTimestamp),
    remediation: [
      {
        action: 'delete-chaos',
        risk: 'R1',
        statement: `Pause or delete ${formatSubject(subject)}`,
        preconditions: ['Nobody needs the experiment to go on'],
        undo: 'Create it again',
      },
    ],
  };
}

function victims(
  { topology }: Snapshot,
  selections: readonly ChaosSelection[],
  side: ChaosSelection['side'],
): readonly Subject[] {
  const found = selections
    .filter((selection) => selection.side === side)
    .flatMap(({ namespaces, labels, podNames }) => [
      ...podNames.map(({ namespace, name }): Subject => topology.component({ kind: 'Pod', namespace, name })),
      ...namespaces.flatMap((namespace) =>
        topology.pods.match(namespace, { matchLabels: labels }).map((pod) => topology.component(subjectOf(pod))),
      ),
    ]);
  return [...new Map(found.map((subject) => [subjectKey(subject), subject])).values()];
}

function names(subjects: readonly Subject[]): string {
  return subjects.slice(0, 3).map(formatSubject).join(', ');
}
