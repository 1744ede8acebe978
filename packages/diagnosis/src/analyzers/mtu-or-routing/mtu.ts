import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Change } from '../../changes/timeline.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { failedConnections } from '../_shared/failed-connections.ts';
import { citeHit, type LogMatch, logHits } from '../_shared/log-hits.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { rootOf } from '../_shared/workloads.ts';
import { tooWideDevice } from './devices.ts';

// The kernel's and the agents' words for a packet that does not fit.
const TOO_LONG =
  /message too long|EMSGSIZE|packet too (?:big|large)|frag(?:mentation)? needed|exceeds (?:the )?mtu|mtu mismatch/i;

/** Packets that do not fit: said by several workloads, or large answers that hang after an edit of the Pod network's MTU or beside a device wider than the wire. */
export function judgeMtu(snapshot: Snapshot): Finding[] {
  const [agent] = snapshot.topology.clusterServices.ofRole('pod-network');
  if (!agent) return [];
  const edited = editedMtu(snapshot, agent.subject);
  const device = tooWideDevice(snapshot);
  const said = saidTooLong(snapshot);
  const stuck = said.callers.length > 0 ? said : edited || device ? hanging(snapshot, edited?.change) : said;
  const { callers } = stuck;
  // Both together need no witness.
  const sure = edited !== null && device !== null;
  if (!sure && (callers.length === 0 || (!edited && !device && callers.length < 2))) return [];
  const subject = edited?.subject ?? agent.subject;
  const who = callers.length > 0 ? `Packets of ${callers.slice(0, 3).map(formatSubject).join(', ')}` : 'Large packets';
  const wide = device ? `: the MTU of ${device.words}` : '';
  return [
    {
      code: 'network/mtu-mismatch',
      subject,
      category: 'mtu-or-routing',
      role: 'cause',
      layer: 'node',
      strength: said.callers.length > 0 && edited ? 0.9 : device && edited ? 0.92 : edited || device ? 0.8 : 0.55,
      statement: `${who} do not fit the path of the Pod network${wide}${edited ? `; its MTU was changed in ${formatSubject(subject)}` : ''}`,
      evidence: [...stuck.evidence, ...(device?.evidence ?? []), ...(edited?.evidence ?? [])],
      aliases: edited && subject !== agent.subject ? [agent.subject] : [],
      affects: callers,
      ...(edited ? { change: edited.change.id, since: edited.change.time } : {}),
      remediation: [
        edit(
          'patch-configmap',
          'R3',
          `Set the MTU of the Pod network to what its path carries, in ${formatSubject(subject)}`,
        ),
      ],
    },
  ];
}

interface Stuck {
  readonly callers: readonly Subject[];
  readonly evidence: readonly Evidence[];
}

function saidTooLong(snapshot: Snapshot): Stuck {
  const hits = logHits(snapshot, (text): LogMatch | null => (TOO_LONG.test(text) ? { key: 'mtu' } : null));
  return {
    callers: distinctSubjects(hits.map(({ pod }) => rootOf(snapshot, pod))),
    evidence: hits.slice(0, 2).flatMap((hit) => citeHit(hit).slice(0, 1)),
  };
}

/** Calls inside the cluster that got a connection and then no answer, since a change where there is one. */
function hanging(snapshot: Snapshot, change: Change | undefined): Stuck {
  const failed = failedConnections(snapshot).filter(
    ({ error, hit }) => error.mode === 'timeout' && (!change || hit.since === null || hit.since >= change.time),
  );
  return {
    callers: distinctSubjects(failed.map(({ caller }) => caller)),
    evidence: failed.slice(0, 2).flatMap(({ hit }) => citeHit(hit).slice(0, 1)),
  };
}

function distinctSubjects(subjects: readonly Subject[]): readonly Subject[] {
  return [...new Map(subjects.map((subject) => [subjectKey(subject), subject])).values()];
}

interface EditedMtu {
  readonly subject: Subject;
  readonly change: Change;
  readonly evidence: readonly Evidence[];
}

const MTU = /mtu/i;

/** The latest edit of the Pod network's MTU: in what its agent reads, else in the agent itself. */
function editedMtu(snapshot: Snapshot, agent: Subject): EditedMtu | null {
  for (const { to } of snapshot.topology.dependencies(agent)) {
    const change = to.kind === 'ConfigMap' ? mtuChange(snapshot, to) : undefined;
    if (change) return { subject: to, change, evidence: [citeChange(change), ...mtuValue(snapshot, to, change)] };
  }
  const change = mtuChange(snapshot, agent);
  return change ? { subject: agent, change, evidence: [citeChange(change)] } : null;
}

function mtuChange(snapshot: Snapshot, subject: Subject): Change | undefined {
  const config = snapshot.objects.get('ConfigMap', subject.namespace ?? null, subject.name);
  // Where only the names of edited keys are known, a key whose text speaks of an MTU may be the one.
  const speaks = (path: string): boolean =>
    subject.kind === 'ConfigMap' &&
    Object.entries(config?.data ?? {}).some(([key, text]) => path.includes(key) && MTU.test(text ?? ''));
  const touches = (path: string): boolean => MTU.test(path) || speaks(path);
  return (
    recentEdit(snapshot, subject, touches) ??
    snapshot.changes
      .of(subject)
      .findLast(({ diff }) => diff.some(({ before, after }) => MTU.test(`${before ?? ''}${after ?? ''}`)))
  );
}

function mtuValue(snapshot: Snapshot, subject: Subject, { diff, title }: Change): readonly Evidence[] {
  const config = snapshot.objects.get('ConfigMap', subject.namespace ?? null, subject.name);
  const touched = [title, ...diff.map(({ path }) => path)];
  const key = Object.keys(config?.data ?? {}).find((name) => touched.some((path) => path.includes(name)));
  return config && key ? [citeField(config, `data['${key}']`)] : [];
}
