import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { subjectKey } from '@headwater/core/subject.ts';
import type { Finding } from '../../finding.ts';
import { citeHit, effectOf, type LogHit, type LogMatch } from './log-hits.ts';
import { type PodGroup, podSubjects } from './pod-groups.ts';

type Own = Pick<Finding, 'code' | 'category' | 'strength'>;
type Optional = Partial<Omit<Finding, keyof Own | 'statement' | 'evidence'>>;

/** What an analyzer adds to the common part of a finding that a log shows. */
export interface LogFindingParts extends Own, Optional {
  /** The mechanism in words; the effect is put behind it. */
  readonly says: string;
  /** What grounds it beside the log line itself. */
  readonly evidence?: readonly Evidence[];
}

// A container that is ready may still serve most of its requests.
const RUNNING_DISCOUNT = 0.05;

/** A finding on a workload from its gravest hit: the line, the effect that makes it hold now, and the Pods that show it. */
export function logFinding(
  group: PodGroup<LogHit<LogMatch>>,
  { says, evidence = [], ...parts }: LogFindingParts,
): Finding {
  const [hit] = group.entries;
  const strength =
    hit.mode === 'running' ? Math.round((parts.strength - RUNNING_DISCOUNT) * 100) / 100 : parts.strength;
  return {
    subject: group.subject,
    role: 'cause',
    layer: 'state',
    since: hit.since,
    ...parts,
    aliases: parts.aliases ?? podSubjects(group),
    strength,
    statement: `${says}; ${effectOf(hit)}`,
    evidence: distinct([...citeHit(hit), ...evidence]),
  };
}

/** Evidence with repeats left out. */
export function distinct(evidence: readonly Evidence[]): readonly Evidence[] {
  return [
    ...new Map(
      evidence.map((item) => [`${item.query}@${item.subject ? subjectKey(item.subject) : ''}`, item]),
    ).values(),
  ];
}
