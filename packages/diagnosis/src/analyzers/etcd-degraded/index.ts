import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeAlert } from '../../evidence/cite.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { clusterComponent } from '../_shared/cluster-component.ts';
import { etcdHealth, isDegraded } from '../_shared/etcd-health.ts';
import { citeHit, type LogMatch, logHits, quote } from '../_shared/log-hits.ts';
import { edit } from '../_shared/remedies.ts';
import { lastOf, sinceWords, wordsOf } from '../_shared/shift-words.ts';

const CODE = 'control-plane/etcd-degraded';

interface EtcdTrouble extends LogMatch {
  readonly text: string;
}

// What etcd's clients print, the API server first of all.
const SAID =
  /mvcc: database space exceeded|etcdserver: (?:no leader|request timed out|too many requests|leader changed|mvcc: database space exceeded)|alarm:NOSPACE|apply request took too long|slow fdatasync/i;

/** An etcd that is slow, full or without a leader. */
export const analyzer: Analyzer = {
  name: 'etcd-degraded',
  codes: { [CODE]: 'etcd is slow, near its quota, or has no leader, and with it the whole control plane.' },
  reads: ['metrics', 'logs', 'alerts', 'Pod'],
  analyze(snapshot) {
    const health = etcdHealth(snapshot);
    const says: string[] = [];
    const evidence: Evidence[] = [];
    if (health.leaderless) {
      says.push('a member sees no leader');
      evidence.push(citeSignal(health.leaderless));
    }
    if (health.full) {
      says.push(`its database fills ${lastOf(health.full)} of its quota, after which it takes no writes`);
      evidence.push(citeSignal(health.full));
    }
    for (const shift of health.slow) {
      says.push(`${wordsOf(shift)} ${sinceWords(shift)}`);
      evidence.push(citeShift(shift));
    }
    const logged = fromLogs(snapshot);
    if (logged) {
      says.push(`it or its clients log ${logged.said}`);
      evidence.push(...logged.evidence);
    }
    const measured = says.length;
    for (const alert of health.alerts.slice(0, 3)) {
      if (measured === 0) says.push(`alert \`${alert.labels['alertname']}\` fires`);
      evidence.push(citeAlert(alert));
    }
    if (!isDegraded(health) && !logged) return [];
    const onset = [
      ...health.slow.map((shift) => shift.onset),
      ...health.alerts.flatMap(({ startsAt }) => startsAt ?? []),
    ];
    return [
      finding(snapshot, {
        says,
        evidence,
        strength: measured > 1 ? 0.93 : measured === 1 ? 0.86 : 0.7,
        since: onset.length > 0 ? Math.min(...onset) : null,
      }),
    ];
  },
};

function fromLogs(snapshot: Snapshot): { said: string; evidence: readonly Evidence[] } | null {
  const read = (text: string): EtcdTrouble | null => {
    const said = SAID.exec(text)?.[0];
    return said ? { key: 'etcd', text: said } : null;
  };
  const [hit] = logHits(snapshot, read, { atLeast: 5 });
  if (!hit) return null;
  const evidence = citeHit(hit);
  return { said: quote(evidence, hit.match.text), evidence };
}

function finding(
  snapshot: Snapshot,
  {
    says,
    evidence,
    strength,
    since,
  }: { says: readonly string[]; evidence: readonly Evidence[]; strength: number; since: number | null },
): Finding {
  const { subject, aliases } = clusterComponent(snapshot, 'etcd', 'etcd');
  return {
    code: CODE,
    subject,
    aliases,
    category: 'etcd-degraded',
    role: 'cause',
    layer: 'control-plane',
    strength,
    statement: `etcd (${formatSubject(subject)}) is degraded: ${says.join('; ')}`,
    evidence,
    since,
    remediation: [
      edit('none', 'R3', 'Compact and defragment etcd member by member, and give it a faster disk', [
        'A snapshot of etcd has been taken',
        'A majority of members is healthy',
      ]),
    ],
  };
}
