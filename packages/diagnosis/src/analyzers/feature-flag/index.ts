import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Change } from '../../changes/change.ts';
import { citeChange } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { usersOfConfig } from '../_shared/config-users.ts';
import { quote } from '../_shared/log-hits.ts';
import { changesBeforeOnset, onsetOf } from '../_shared/onset.ts';
import { isInTrouble, isReported, troubleEvidence } from '../_shared/trouble.ts';
import { flagsIn, type FlagChange, workloadsNamedBy } from '../_shared/flags.ts';
import { injectedFaults } from './injected.ts';

const CHANGED = 'config/flag-changed';
const INJECTED = 'config/fault-flag-on';

/** Feature flags that were turned shortly before an incident, or that inject a fault while one is reported. */
export const analyzer: Analyzer = {
  name: 'feature-flag',
  codes: {
    [CHANGED]: 'A feature flag was changed shortly before the incident.',
    [INJECTED]: 'A flag that injects a fault is on while an incident is reported.',
  },
  reads: ['ConfigMap', 'Deployment', 'changes', 'history'],
  analyze(snapshot) {
    const turned = latestTurns(snapshot).flatMap((turn) => report(snapshot, turn) ?? []);
    if (turned.length > 0 || !isReported(snapshot)) return turned;
    return injectedFaults(snapshot).map((fault) => ({
      code: INJECTED,
      subject: fault.subject,
      category: 'feature-flag',
      role: 'cause',
      layer: 'change',
      strength: fault.affects.some((workload) => isInTrouble(snapshot, workload)) ? 0.75 : 0.6,
      statement: `${formatSubject(fault.subject)} has ${quote(fault.evidence, fault.flag) === '' ? 'a flag' : `flag ${quote(fault.evidence, fault.flag)}`} turned on that injects a fault`,
      evidence: fault.evidence,
      affects: fault.affects,
      actor: fault.subject,
      remediation: [restore(fault.subject)],
    }));
  },
};

interface Turn {
  readonly change: Change;
  readonly flag: FlagChange;
}

/** The last turn of each flag that left it other than it was before the incident. */
function latestTurns(snapshot: Snapshot): readonly Turn[] {
  const byFlag = new Map<string, Turn[]>();
  for (const change of changesBeforeOnset(snapshot)) {
    for (const flag of flagsIn(change)) {
      const key = `${change.subject ? subjectKey(change.subject) : change.source} ${flag.path}`;
      byFlag.set(key, [...(byFlag.get(key) ?? []), { change, flag }]);
    }
  }
  return [...byFlag.values()].flatMap((turns) => {
    const last = turns.at(-1);
    const wasUndone = last && last.flag.after === turns[0]?.flag.before && turns.length > 1;
    return last && !wasUndone && !isUndoneLater(snapshot, last) ? [last] : [];
  });
}

function isUndoneLater(snapshot: Snapshot, { change, flag }: Turn): boolean {
  if (!change.subject) return false;
  const later = snapshot.changes.of(change.subject).filter(({ time }) => time > change.time);
  return later.some(({ diff }) => diff.some(({ path, after }) => path === flag.path && after === flag.before));
}

function report(snapshot: Snapshot, { change, flag }: Turn): Finding | null {
  const subject: Subject = change.subject ?? { kind: 'FeatureFlag', name: flag.name };
  const named = workloadsNamedBy(snapshot, flag.name, subject.namespace);
  const users = usersOfConfig(snapshot, subject).map(({ workload }) => workload);
  const troubled = [...named, ...users].filter((workload) => isInTrouble(snapshot, workload));
  if (troubled.length === 0 && onsetOf(snapshot) === null) return null;
  const seen = troubleEvidence(snapshot, troubled[0] ?? subject);
  const evidence = [citeChange(change), ...seen];
  const turn =
    flag.before !== undefined && flag.after !== undefined
      ? ` from ${quote(evidence, flag.before) || 'one value'} to ${quote(evidence, flag.after) || 'another'}`
      : '';
  return {
    code: CHANGED,
    subject,
    category: 'feature-flag',
    role: 'cause',
    layer: 'change',
    strength:
      0.78 + (named.some((workload) => isInTrouble(snapshot, workload)) ? 0.12 : troubled.length > 0 ? 0.04 : 0),
    statement: `Flag ${quote(evidence, flag.name) || 'value'} of ${formatSubject(subject)} was changed${turn} shortly before the incident`,
    evidence,
    affects: [...new Map([...named, ...users].map((workload) => [subjectKey(workload), workload])).values()],
    actor: subject,
    change: change.id,
    since: change.time,
    remediation: [restore(subject)],
  };
}

function restore(subject: Subject) {
  return {
    action: 'restore-flag',
    risk: 'R1' as const,
    statement: `Turn the flag of ${formatSubject(subject)} back`,
    preconditions: ['The flag is one that may be turned without a release'],
    undo: 'Turn it again',
  };
}
