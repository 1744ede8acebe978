import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { credentialHits } from '../_shared/credential-errors.ts';
import { logFinding, distinct } from '../_shared/log-finding.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { isGone } from '../_shared/pods.ts';
import { type StaleConfig, staleConfigsOf, staleLogin } from '../_shared/stale-config.ts';
import { isInTrouble, listNearTrouble, podsInTrouble } from '../_shared/trouble.ts';
import { rootOf } from '../_shared/workloads.ts';

const CONFIG = 'config/stale';
const SECRET = 'config/secret-stale';

/** Workloads that still run with what a ConfigMap or Secret said before it was changed. */
export const analyzer: Analyzer = {
  name: 'config-stale',
  codes: {
    [CONFIG]:
      'A workload in trouble has not read the latest content of a ConfigMap or Secret it takes its environment from.',
    [SECRET]: 'A workload is refused with a password that was rotated after it had read it.',
  },
  reads: ['Pod', 'Deployment', 'ConfigMap', 'Secret', 'logs', 'history'],
  analyze(snapshot) {
    const refused = groupByRoot(
      snapshot,
      credentialHits(snapshot).flatMap((hit) => {
        const stale = staleLogin(snapshot, hit);
        return stale ? [{ ...hit, stale }] : [];
      }),
    ).map((group) => {
      const [{ stale }] = group.entries;
      return logFinding(group, {
        code: SECRET,
        category: 'config-stale',
        strength: 0.95,
        says: `${formatSubject(group.subject)} is refused with the password it read before ${formatSubject(stale.subject)} was changed`,
        evidence: stale.evidence,
        actor: stale.subject,
        change: stale.changeId,
        remediation: [restart(group.subject)],
      });
    });
    const known = new Set(refused.map(({ subject }) => subjectKey(subject)));
    const stale = listNearTrouble(snapshot, 'Pod')
      .filter((pod) => !isGone(pod) && isInTrouble(snapshot, rootOf(snapshot, pod)))
      .flatMap((pod) => staleConfigsOf(snapshot, pod));
    return [
      ...refused,
      ...groupByRoot(snapshot, stale, ({ subject }) => subjectKey(subject)).flatMap((group) =>
        known.has(subjectKey(group.subject)) ? [] : ofConfig(snapshot, group),
      ),
    ];
  },
};

function ofConfig(snapshot: Snapshot, group: PodGroup<StaleConfig>): Finding[] {
  const [{ subject, evidence, changeId, changedAt, reference }] = group.entries;
  const pods = snapshot.topology.pods.ofComponent(group.subject);
  const stale = new Set(group.entries.map(({ pod }) => pod));
  const fresh = pods.filter((pod) => !stale.has(pod));
  const mixed = fresh.length > 0 && fresh.length < pods.length;
  const failing = podsInTrouble(snapshot, group.subject);
  // Then it is the new content that they do not stand.
  if (failing.length > 0 && !failing.some((pod) => stale.has(pod))) return [];
  const parted = mixed && failing.length > 0 && failing.every((pod) => stale.has(pod));
  return [
    {
      code: CONFIG,
      subject: group.subject,
      category: 'config-stale',
      role: 'cause',
      layer: 'state',
      strength: parted ? 0.85 : mixed ? 0.7 : 0.6,
      statement: `${formatSubject(group.subject)} still runs with what ${formatSubject(subject)} said before it was changed: it reads it ${reference.via === 'env' ? 'into its environment' : 'through a subPath'} once, at start${mixed ? `; ${parted ? 'newer Pods run with the new content, and well' : 'newer Pods run with the new content'}` : ''}`,
      evidence: distinct(evidence),
      aliases: podSubjects(group),
      actor: subject,
      change: changeId,
      since: changedAt,
      ...(mixed && fresh[0] ? { affects: [subjectOf(fresh[0])] } : {}),
      remediation: [restart(group.subject)],
    },
  ];
}

function restart(subject: Finding['subject']) {
  return {
    action: 'restart',
    risk: 'R1' as const,
    statement: `Restart ${formatSubject(subject)} one Pod at a time so that it reads the current content`,
    preconditions: ['The new content is the one that is meant'],
    undo: 'Restore the former content and restart again',
  };
}
