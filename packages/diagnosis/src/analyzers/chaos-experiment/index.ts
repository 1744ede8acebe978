import { formatSubject, sameSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type ChaosExperiment, chaosExperiments } from '../../topology/chaos.ts';
import { type Activity, activityOf } from './activity.ts';

const CODE = 'change/chaos-experiment';

/** Fault-injection experiments that are active and select somebody. */
export const analyzer: Analyzer = {
  name: 'chaos-experiment',
  codes: { [CODE]: 'A fault-injection experiment is active and disturbs what it selects.' },
  reads: [
    'NetworkChaos',
    'PodChaos',
    'StressChaos',
    'HTTPChaos',
    'IOChaos',
    'JVMChaos',
    'DNSChaos',
    'TimeChaos',
    'Schedule',
    'ChaosEngine',
  ],
  analyze(snapshot) {
    const found = new Map<string, Finding>();
    for (const experiment of chaosExperiments(snapshot.objects)) {
      const activity = activityOf(snapshot, experiment);
      const finding = activity && judge(snapshot, experiment, activity);
      const key = finding && subjectKey(finding.subject);
      // A schedule and its run are one experiment; the run, which knows more, was read under its own kind.
      const known = key ? found.get(key) : undefined;
      if (finding && key && (!known || known.strength < finding.strength)) found.set(key, finding);
    }
    return [...found.values()];
  },
};

function judge(snapshot: Snapshot, experiment: ChaosExperiment, activity: Activity): Finding | null {
  const { object, action, specPath, selections } = experiment;
  const own = subjectOf(object);
  const victims = victimsOf(snapshot, own);
  // It selects Pods that were read and none of them fits: it disturbs nobody here.
  if (victims.length === 0 && snapshot.objects.list('Pod').length > 0 && selections.length > 0) return null;
  // What a schedule started is removed by removing the schedule.
  const subject = snapshot.owners.root(own);
  const target = victims.length > 0 ? victims.slice(0, 3).map(formatSubject).join(', ') : 'what it selects';
  const selector = selections[0];
  return {
    code: CODE,
    subject,
    category: 'chaos-experiment',
    role: 'cause',
    layer: 'change',
    strength: activity.strength,
    statement: `experiment ${formatSubject(own)} ${activity.says} and disturbs ${target}`,
    evidence: [
      citeField(object, activity.path),
      ...(action ? [citeField(object, object.kind === 'ChaosEngine' ? 'spec.experiments' : `${specPath}.action`)] : []),
      ...(selector ? [citeField(object, selector.path)] : []),
    ],
    ...(sameSubject(subject, own) ? {} : { aliases: [own] }),
    affects: victims,
    since: activity.since,
    remediation: [
      {
        action: 'delete-chaos',
        risk: 'R1',
        statement: `Pause or delete ${formatSubject(subject)}`,
        preconditions: ['Experiments may be ended in this namespace', 'Nobody is conducting a drill on purpose'],
        undo: 'Apply the experiment again',
      },
    ],
  };
}

function victimsOf(snapshot: Snapshot, experiment: Subject): readonly Subject[] {
  return snapshot.topology
    .dependents(experiment)
    .flatMap(({ relation, from }) => (relation === 'disrupted-by' ? [from] : []));
}
