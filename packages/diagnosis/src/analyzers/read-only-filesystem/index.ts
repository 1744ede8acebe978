import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
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

const CODE = 'container/read-only-filesystem';

/** Containers that must write where their filesystem is read-only. */
export const analyzer: Analyzer = {
  name: 'read-only-filesystem',
  codes: { [CODE]: 'A container fails because it writes to a read-only filesystem.' },
  reads: ['Pod', 'Deployment', 'logs'],
  analyze(snapshot) {
    const hits = logHits(snapshot, read);
    return groupByRoot(snapshot, hits, ({ view }) => view.name).map((group) => report(snapshot, group));
  },
};

interface ReadOnly extends LogMatch {
  readonly path: string | null;
  readonly text: string;
}

const TEXT = /.{0,100}?(?:read-only file ?system|EROFS|ReadOnlyFileSystemException)[^"]{0,80}/i;
const PATHS: readonly RegExp[] = [
  /['"(<]?(\/[\w./@+-]+)['")>]?:? \(?(?:read-only|EROFS)/i,
  /(?:read-only file ?system|EROFS)[^/]{0,60}['"]?(\/[\w./@+-]+)/i,
  /(\/[\w./@+-]{2,})/,
];

function read(line: string): ReadOnly | null {
  // Most lines end here; the full expression looks back over the text before these words.
  if (!/read-only|EROFS|ReadOnly/i.test(line)) return null;
  const text = TEXT.exec(line)?.[0];
  if (text === undefined) return null;
  const path = PATHS.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined) ?? null;
  return { key: 'read-only', path: path?.replace(/[.:]+$/, '') ?? null, text };
}

interface Why {
  readonly words: string;
  readonly strength: number;
  readonly evidence: readonly Evidence[];
}

function report(snapshot: Snapshot, group: PodGroup<LogHit<ReadOnly>>): Finding {
  const [hit] = group.entries;
  const { view, match, since } = hit;
  const why = explain(snapshot, hit);
  const change = suspectChange(snapshot, group.subject, /securityContext|volumeMounts|volumes/, since);
  const said = quote(citeHit(hit), match.path ?? match.text);
  return logFinding(group, {
    code: CODE,
    category: 'read-only-filesystem',
    strength: why.strength,
    says: `Container \`${view.name}\` of ${formatSubject(group.subject)} cannot write ${said || 'its files'}: ${why.words}`,
    evidence: [...why.evidence, ...(change ? [change.evidence] : [])],
    ...(change ? { change: change.change.id } : {}),
    remediation: [
      edit(
        'patch-volumes',
        'R2',
        `Mount a writable volume where container ${view.name} of ${formatSubject(group.subject)} writes`,
      ),
      ...rollback(group.subject),
    ],
  });
}

function explain(snapshot: Snapshot, { pod, view, match }: LogHit<ReadOnly>): Why {
  const mount = match.path === null ? null : mountAt(pod, view, match.path);
  if (mount)
    return ofMount(mount, citeField(pod, mount.path), citeField(pod, mount.path.replace(/mountPath$/, 'readOnly')));
  if (view.spec?.securityContext?.readOnlyRootFilesystem === true) {
    return {
      words: 'its root filesystem is read-only (`readOnlyRootFilesystem`) and no volume is mounted there',
      strength: match.path === null ? 0.85 : 0.95,
      evidence: [citePodSpec(snapshot, pod, `${view.specPath}.securityContext.readOnlyRootFilesystem`)],
    };
  }
  return {
    words: 'the filesystem is read-only, though nothing in its specification makes it so',
    strength: 0.65,
    evidence: [],
  };
}

function ofMount({ volume, readOnly }: MountedAt, at: Evidence, flag: Evidence): Why {
  if (readOnly)
    return { words: `volume \`${volume.name}\` is mounted read-only there`, strength: 0.95, evidence: [at, flag] };
  if (volume.configMap || volume.secret || volume.projected) {
    return {
      words: `volume \`${volume.name}\` holds a ConfigMap or Secret, which is always read-only`,
      strength: 0.9,
      evidence: [at],
    };
  }
  return {
    words: `volume \`${volume.name}\` has turned read-only although it is mounted for writing`,
    strength: 0.75,
    evidence: [at],
  };
}
