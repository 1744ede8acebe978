import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { citeHit, type LogHit, type LogMatch, logHits, quote } from '../_shared/log-hits.ts';
import { type MountedAt, mountAt } from '../_shared/mounted-config.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { suspectChange } from '../_shared/suspect-change.ts';
import { findUnheard } from './unheard.ts';

const CODE = 'volume/permission-denied';

/** Containers that may not read or write the volume they are given. */
export const analyzer: Analyzer = {
  name: 'volume-permission',
  codes: { [CODE]: 'A container fails because its user may not use a mounted volume.' },
  reads: ['Pod', 'Deployment', 'StatefulSet', 'ReplicaSet', 'logs'],
  analyze(snapshot) {
    const hits = logHits(snapshot, read).flatMap((hit) => {
      const mount = mountOf(hit);
      return mount ? [{ ...hit, mount }] : [];
    });
    return [
      ...groupByRoot(snapshot, hits, ({ view, mount }) => `${view.name} ${mount.volume.name}`).map((group) =>
        report(snapshot, group),
      ),
      ...findUnheard(snapshot),
    ];
  },
};

interface Denied extends LogMatch {
  readonly path: string | null;
  readonly text: string;
}

const TEXT =
  /.{0,120}?(?:permission denied|EACCES|EPERM|AccessDeniedException|operation not permitted|has wrong ownership|has (?:invalid|group or world access) permissions|is not writable|not writable by)[^"]{0,120}/i;
const PATHS: readonly RegExp[] = [/(?:[('"[]|directory |file |open |mkdir |access |of |to |: |\s|^)(\/[\w./@+-]+)/i];
// A program that may not be executed, a socket, a privileged port or a remote that refuses is no matter of a volume.
const OTHER =
  /\bexec\b|publickey|docker\.sock|\bbind\b|\blisten|setuid|ptrace|denied for user|database|bucket|\bHTTP\b|\brpc\b/i;
// Data servers name what they could not open without saying where.
const DATA_FILE =
  /append-?only file|rdb file|lock file|data directory|data dir|pid file|nodes? lock|wal\b|[\w-]+\.(?:rdb|aof|db|sqlite3?|lock|pid|dat)\b/i;

function read(line: string): Denied | null {
  // Most lines end here; the full expression looks back over the text before these words.
  if (!/permi|EACCES|EPERM|denied|owner|writable/i.test(line)) return null;
  const text = TEXT.exec(line)?.[0];
  if (text === undefined || OTHER.test(text)) return null;
  const path = PATHS.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined) ?? null;
  if (path === null && !DATA_FILE.test(text)) return null;
  return { key: path?.split('/').slice(0, 4).join('/') ?? 'data', path: path?.replace(/[.:]+$/, '') ?? null, text };
}

interface VolumeHit extends LogHit<Denied> {
  readonly mount: MountedAt;
}

function mountOf({ pod, view, match }: LogHit<Denied>): MountedAt | null {
  if (match.path !== null) return mountAt(pod, view, match.path);
  // A file named without its directory lies where the program keeps its data; with one data volume that is it.
  const data = (view.spec?.volumeMounts ?? []).filter(({ name }) =>
    pod.spec?.volumes?.some((volume) => volume.name === name && isData(volume)),
  );
  const [only] = data;
  return only?.mountPath && data.length === 1 ? mountAt(pod, view, only.mountPath) : null;
}

const CONFIG_SOURCES = new Set(['name', 'configMap', 'secret', 'projected', 'downwardAPI']);

// A volume whose source was not read (the injected token, as some tools print it) is no data volume.
function isData(volume: MountedAt['volume']): boolean {
  return Object.entries(volume).some(([source, value]) => value != null && !CONFIG_SOURCES.has(source));
}

function report(snapshot: Snapshot, group: PodGroup<VolumeHit>): Finding {
  const [hit] = group.entries;
  const { pod, view, mount, match, since } = hit;
  const security = pod.spec?.securityContext;
  const user = view.spec?.securityContext?.runAsUser ?? security?.runAsUser;
  const fields = [
    citePodSpec(snapshot, pod, 'spec.securityContext.fsGroup'),
    ...(user == null
      ? []
      : [
          citePodSpec(
            snapshot,
            pod,
            view.spec?.securityContext?.runAsUser == null
              ? 'spec.securityContext.runAsUser'
              : `${view.specPath}.securityContext.runAsUser`,
          ),
        ]),
  ];
  const change = suspectChange(snapshot, group.subject, /securityContext|volumes|volumeMounts|image$/, since);
  const said = quote(citeHit(hit), match.path ?? match.text);
  const as = user == null ? 'its user' : `user \`${user}\``;
  const group_ =
    security?.fsGroup == null
      ? 'no `fsGroup` is set that would give it the volume'
      : `the volume is given to group \`${security.fsGroup}\``;
  return logFinding(group, {
    code: CODE,
    category: 'volume-permission',
    strength: change ? 0.95 : 0.9,
    says: `Container \`${view.name}\` of ${formatSubject(group.subject)} is denied ${said || 'its files'} on volume \`${mount.volume.name}\`: ${as} lacks permission, ${group_}`,
    evidence: [citeField(pod, mount.path), ...fields, ...(change ? [change.evidence] : [])],
    ...(change ? { change: change.change.id } : {}),
    remediation: [
      edit(
        'patch-security-context',
        'R2',
        `Set the fsGroup or user of ${formatSubject(group.subject)} to one that owns the volume`,
      ),
      ...rollback(group.subject),
    ],
  });
}
