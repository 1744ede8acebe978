import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeField, citeLog } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { type LogHit, type LogMatch, logHits } from '../_shared/log-hits.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { type ContainerView, containersOf } from '../_shared/pods.ts';
import { edit } from '../_shared/remedies.ts';
import { type EarlyCall, earlyCalls } from './early-calls.ts';

const CODE = 'pod/sidecar-not-up';

/** Containers that fail because the sidecar they talk through is not up when they need it. */
export const analyzer: Analyzer = {
  name: 'sidecar-ordering',
  codes: { [CODE]: 'A container is refused by a sidecar of its own Pod that is not up, or was not when it started.' },
  reads: ['Pod', 'Deployment', 'logs'],
  analyze(snapshot) {
    const hits = logHits(snapshot, read).flatMap((hit) => {
      const sidecar = hit.mode === 'running' ? undefined : sidecarOf(hit);
      return sidecar && isLate(hit, sidecar) ? [{ ...hit, sidecar }] : [];
    });
    return [
      ...groupByRoot(snapshot, hits, ({ view }) => view.name).map(report),
      ...groupByRoot(snapshot, earlyCalls(snapshot), ({ view }) => view.name).map(reportEarly),
    ];
  },
};

interface LocalFailure extends LogMatch {
  readonly port: number;
}

const LOCAL = String.raw`(?:127\.0\.0\.1|localhost|\[::1\]|::1)`;
const FAILED = '(?:refused|ECONNREFUSED|reset by peer|unavailable|503)';
// The address without which neither expression matches: most lines end here.
const HINT = /127\.0\.0\.1|localhost|::1/i;
const PATTERNS = [
  new RegExp(String.raw`${LOCAL}:(\d{2,5})\b.{0,120}${FAILED}`, 'i'),
  new RegExp(String.raw`${FAILED}.{0,120}${LOCAL}[: ](\d{2,5})\b`, 'i'),
];

function read(line: string): LocalFailure | null {
  if (!HINT.test(line)) return null;
  for (const pattern of PATTERNS) {
    const port = pattern.exec(line)?.[1];
    if (port !== undefined) return { key: port, port: Number(port) };
  }
  return null;
}

// Sidecars that listen on the Pod's own address without declaring a port, by the words of their name and image.
const SIDECARS: readonly (readonly [RegExp, (port: number) => boolean])[] = [
  [/istio|envoy/i, (port) => port >= 15_000 && port < 15_100],
  [/linkerd/i, (port) => port >= 4_140 && port < 4_200],
  [/cloud-?sql|alloydb|sql-proxy/i, (port) => [1433, 3306, 5432].includes(port)],
  [/dapr/i, (port) => port === 3500 || port === 50_001],
  [/vault/i, (port) => port === 8200 || port === 8100],
  [/consul/i, (port) => port === 8500 || port >= 20_000],
];

function sidecarOf({ pod, view, match }: LogHit<LocalFailure>): ContainerView | undefined {
  const others = containersOf(pod).filter(
    ({ name, init, spec }) => name !== view.name && (!init || spec?.restartPolicy === 'Always'),
  );
  return (
    others.find(({ spec }) => (spec?.ports ?? []).some(({ containerPort }) => containerPort === match.port)) ??
    others.find((other) => isKnown(other, match.port))
  );
}

function isKnown({ name, spec }: ContainerView, port: number): boolean {
  return SIDECARS.some(([words, serves]) => words.test(`${name} ${spec?.image ?? ''}`) && serves(port));
}

// A sidecar that was up before refuses for a reason of its own.
function isLate({ line, death }: LogHit<LocalFailure>, { status }: ContainerView): boolean {
  if (status?.ready !== true) return true;
  const started = parseTime(status.state?.running?.startedAt);
  const failed = line.time ?? death?.at ?? null;
  return started !== null && failed !== null && failed <= started + 5_000;
}

function report(group: PodGroup<LogHit<LocalFailure> & { sidecar: ContainerView }>): Finding {
  const [{ pod, view, match, sidecar }] = group.entries;
  const up = sidecar.status?.ready === true;
  const state = up ? 'started only after it needed it' : 'is not ready';
  return logFinding(group, {
    code: CODE,
    category: 'sidecar-ordering',
    strength: up ? 0.8 : 0.75,
    says: `Container \`${view.name}\` of ${formatSubject(group.subject)} is refused on port \`${match.port}\` by its sidecar \`${sidecar.name}\`, which ${state}`,
    evidence: [citeField(pod, `${sidecar.statusPath}.${up ? 'state.running.startedAt' : 'ready'}`)],
    remediation: remedies(group.subject, sidecar),
  });
}

function reportEarly(group: PodGroup<EarlyCall>): Finding {
  const { subject } = group;
  const [{ pod, view, stream, line, sidecar }] = group.entries;
  return {
    code: CODE,
    subject,
    category: 'sidecar-ordering',
    role: 'cause',
    layer: 'state',
    strength: 0.75,
    statement: `Container \`${view.name}\` of ${formatSubject(subject)} was refused while its sidecar \`${sidecar.name}\` was still starting, has not called again and is not ready since`,
    evidence: [
      citeLog(stream, line),
      citeField(pod, `${sidecar.statusPath}.state.running.startedAt`),
      citeField(pod, `${view.statusPath}.ready`),
    ],
    aliases: podSubjects(group),
    since: line.time,
    remediation: remedies(subject, sidecar),
  };
}

function remedies(subject: Subject, sidecar: ContainerView): NonNullable<Finding['remediation']> {
  return [
    {
      action: 'restart',
      risk: 'R1',
      statement: `Restart ${formatSubject(subject)} once its sidecar is up`,
      preconditions: [`Sidecar ${sidecar.name} starts`],
      undo: 'None needed',
    },
    edit(
      'patch-sidecar',
      'R2',
      `Let ${formatSubject(subject)} wait for its sidecar (a native sidecar, or the proxy's hold option)`,
    ),
  ];
}
