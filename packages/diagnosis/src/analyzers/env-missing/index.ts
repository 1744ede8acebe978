import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { citeLog } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { LogLine } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { citeHit, type LogHit, logHits, quote } from '../_shared/log-hits.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { suspectChange } from '../_shared/suspect-change.ts';
import { type MissingVariable, readMissingVariable, variableAlone } from './patterns.ts';

const CODE = 'config/env-missing';

/** Containers that end because an environment variable they require is absent, empty or overwritten. */
export const analyzer: Analyzer = {
  name: 'env-missing',
  codes: { [CODE]: 'A container ends because a variable it requires is not set, is empty, or is set twice.' },
  reads: ['Pod', 'Deployment', 'ReplicaSet', 'logs'],
  analyze(snapshot) {
    const hits = logHits(snapshot, readMissingVariable).filter(
      ({ mode, template }) => mode === 'crash' || (mode === 'unready' && template.level === 'error'),
    );
    return groupByRoot(snapshot, hits.map(withName), ({ view, match }) => `${view.name} ${match.name ?? ''}`).map(
      (group) => report(snapshot, group),
    );
  },
};

type Hit = LogHit<MissingVariable> & {
  /** The line that names the variable, when it is another one. */
  readonly namedBy?: LogLine;
};

// A settings class says how many of its fields are wrong, and names each on a line of its own.
function withName(hit: LogHit<MissingVariable>): Hit {
  const next = hit.match.name === null ? hit.stream.lines.find(({ n }) => n === hit.line.n + 1) : undefined;
  const alone = next ? variableAlone(next.text) : null;
  if (!next || alone === null) return hit;
  const known = (hit.view.spec?.env ?? []).find((entry) => entry.name?.toLowerCase() === alone.toLowerCase());
  const name = known?.name ?? alone;
  return { ...hit, match: { ...hit.match, key: name, name }, namedBy: next };
}

function report(snapshot: Snapshot, group: PodGroup<Hit>): Finding {
  const { subject } = group;
  const [hit] = group.entries;
  const { view, match, since, namedBy, stream } = hit;
  const state = match.name === null ? null : stateOf(snapshot, hit, match.name);
  const change =
    match.name === null
      ? suspectChange(snapshot, subject, /\.env/, since)
      : suspectChange(snapshot, subject, new RegExp(`env(?:\\[name=${match.name}\\]|From)`), since);
  const said = quote(citeHit(hit), match.text);
  return logFinding(group, {
    code: CODE,
    category: 'env-missing',
    strength: state?.contradicted ? 0.7 : change ? 0.95 : 0.9,
    says: `Container \`${view.name}\` of ${formatSubject(subject)} requires ${match.name === null ? 'a variable that is not set' : `variable \`${match.name}\`, which ${state?.words}`}${said === '' ? '' : ` (${said})`}`,
    evidence: [
      ...(namedBy ? [citeLog(stream, namedBy)] : []),
      ...(state?.evidence ?? []),
      ...(change ? [change.evidence] : []),
    ],
    ...(change ? { change: change.change.id } : {}),
    remediation: [
      edit(
        'patch-env',
        'R2',
        `Set ${match.name ?? 'the variable'} for container ${view.name} of ${formatSubject(subject)}`,
      ),
      ...(change ? rollback(subject, 'R1') : []),
    ],
  });
}

interface State {
  readonly words: string;
  readonly evidence: readonly Evidence[];
  /** The specification sets the variable after all. */
  readonly contradicted: boolean;
}

function stateOf(snapshot: Snapshot, { pod, view }: LogHit<MissingVariable>, name: string): State {
  const env = view.spec?.env ?? [];
  const set = env.filter((entry) => entry.name === name);
  const evidence = [citePodSpec(snapshot, pod, `${view.specPath}.env[name=${name}]`)];
  const [first] = set;
  if (set.length > 1)
    return { words: 'is set more than once, so that the last value wins', evidence, contradicted: false };
  if (first && first.valueFrom == null && (first.value ?? '') === '')
    return { words: 'is set to nothing', evidence, contradicted: false };
  if (first) return { words: 'is set, but not to what it needs', evidence, contradicted: true };
  const near = nearMiss(
    name,
    env.flatMap((entry) => entry.name ?? []),
  );
  if (near === null) return { words: 'is not set', evidence, contradicted: false };
  return {
    words: `is not set; \`${near}\` is`,
    evidence: [...evidence, citePodSpec(snapshot, pod, `${view.specPath}.env[name=${near}].name`)],
    contradicted: false,
  };
}
