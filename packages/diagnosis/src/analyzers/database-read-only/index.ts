import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { citeShift } from '../../evidence/cite-metrics.ts';
import { activeShifts } from '../../metrics/shifts.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { configNamesIn } from '../_shared/config-refs.ts';
import { citeServer, dataServicesOf, isServer, type Product } from '../_shared/dependencies.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { citeHit, type LogHit, type LogMatch, logHits, quote } from '../_shared/log-hits.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { sinceWords, wordsOf } from '../_shared/shift-words.ts';
import { suspectChange } from '../_shared/suspect-change.ts';

const CODE = 'database/read-only';

/** Data services that refuse writes while they serve reads. */
export const analyzer: Analyzer = {
  name: 'database-read-only',
  codes: { [CODE]: 'A data service refuses writes: it runs read-only, or its clients write to a replica.' },
  reads: ['Pod', 'Deployment', 'StatefulSet', 'ConfigMap', 'Service', 'logs', 'metrics'],
  analyze(snapshot) {
    const groups = groupByRoot(snapshot, logHits(snapshot, read), ({ match }) => match.key);
    const byServer = Map.groupBy(groups, (group) => subjectKey(serverOf(snapshot, group)?.component ?? group.subject));
    return [
      ...[...byServer.values()].flatMap((all) => report(snapshot, all)),
      ...switched(snapshot).filter(({ subject }) => !byServer.has(subjectKey(subject))),
    ];
  },
};

/** Servers that a change has just set read-only while callers fail: told without a word of anybody. */
function switched(snapshot: Snapshot): Finding[] {
  return activeShifts(snapshot, 'error-ratio', 'up').flatMap((shift): Finding[] => {
    const caller = shift.signal.subject;
    return (['mysql', 'postgres'] as const).flatMap((product) =>
      dataServicesOf(snapshot, caller, product).flatMap(({ workload, template }): Finding[] => {
        const setting = settingOf(snapshot, template);
        const change = setting ? suspectChange(snapshot, workload, /args|command|data/, shift.onset) : undefined;
        if (!setting || !change) return [];
        return [
          {
            code: CODE,
            subject: workload,
            category: 'database-read-only',
            role: 'cause',
            layer: 'state',
            strength: 0.8,
            statement: `${formatSubject(workload)} was set read-only${setting.words}, and ${formatSubject(caller)} fails since: ${wordsOf(shift)} ${sinceWords(shift)}`,
            evidence: [...setting.evidence, change.evidence, citeShift(shift)],
            affects: [caller],
            change: change.change.id,
            since: shift.onset,
            remediation: rollback(workload),
          },
        ];
      }),
    );
  });
}

interface ReadOnly extends LogMatch {
  readonly product: Product;
  readonly text: string;
}

const PATTERNS: readonly (readonly [Product, RegExp])[] = [
  [
    'mysql',
    /running with the --(?:super-)?read-only option[^"\\]{0,60}|running with the LOCK_WRITE_GROWTH|read-only transaction\. .{0,20}ERROR 1792|(?:super_)?read_only option/i,
  ],
  [
    'postgres',
    /cannot execute \w+ in a read-only transaction|database is (?:currently )?in (?:read-only|recovery) mode|hot standby|read-only SQL transaction|\b25006\b/i,
  ],
  ['redis', /READONLY You can't write against a read only (?:replica|slave)/],
  ['mongo', /NotWritablePrimary|NotPrimaryNoSecondaryOk|\bnot (?:master|primary)\b.{0,40}/i],
  ['elasticsearch', /index read-only \/ allow delete \(api\)|FORBIDDEN\/12\/index read-only|cluster read-only/i],
  ['sqlserver', /database \S+ is read-only|because the database is read-only/i],
];

// A word without which no expression matches: most lines end here.
const HINT =
  /read[-_ ]?only|LOCK_WRITE_GROWTH|recovery mode|hot standby|25006|NotWritablePrimary|NotPrimaryNoSecondary|not (?:master|primary)/i;

function read(line: string): ReadOnly | null {
  if (!HINT.test(line)) return null;
  for (const [product, pattern] of PATTERNS) {
    const text = pattern.exec(line)?.[0];
    if (text) return { key: product, product, text };
  }
  return null;
}

type Group = PodGroup<LogHit<ReadOnly>>;

function serverOf(snapshot: Snapshot, { subject, entries }: Group): TemplateView | undefined {
  const { product } = entries[0].match;
  if (isServer(snapshot, subject, product)) return snapshot.topology.templates.ofComponent(subject)[0];
  const servers = dataServicesOf(snapshot, subject, product);
  // The one that is set read-only is the one meant, when the consumer's configuration does not tell.
  return (servers.find(({ template }) => settingOf(snapshot, template)) ?? servers[0])?.template;
}

function report(snapshot: Snapshot, groups: readonly Group[]): Finding[] {
  const [group] = groups;
  if (!group) return [];
  const [hit] = group.entries;
  const server = serverOf(snapshot, group);
  const subject: Subject = server?.component ?? group.subject;
  const setting = server ? settingOf(snapshot, server) : null;
  const change = server ? suspectChange(snapshot, subject, /args|command|env|data/, hit.since) : undefined;
  const said = quote(citeHit(hit), hit.match.text);
  const writers = groups.map((entry) => formatSubject(entry.subject)).join(' and ');
  return [
    logFinding(group, {
      code: CODE,
      category: 'database-read-only',
      strength: setting ? 0.95 : server ? 0.88 : 0.75,
      subject,
      aliases: server ? [] : undefined,
      affects: groups.map((entry) => entry.subject),
      says: `${server ? `${formatSubject(subject)} refuses writes${subjectKey(subject) === subjectKey(group.subject) ? '' : ` of ${writers}`}` : `${writers} may not write to its data service`}${said === '' ? '' : `: ${said}`}${setting?.words ?? ''}`,
      evidence: [...(setting?.evidence ?? (server ? citeServer(server) : [])), ...(change ? [change.evidence] : [])],
      ...(change ? { change: change.change.id } : {}),
      remediation: [
        edit(
          'restore-database-mode',
          'R3',
          `Make ${formatSubject(subject)} writable again, or lead its writers to the primary`,
          ['Its data is whole and no other primary accepts writes'],
        ),
        ...(change ? rollback(subject) : []),
      ],
    }),
  ];
}

const SETTING =
  /(?:--)?(?:super[-_])?read[-_]only(?:\s*[=:]?\s*["']?(?:1|on|true|yes))?|replicaof \S+|slaveof \S+|default_transaction_read_only\s*=?\s*(?:on|true|1)/i;
const OFF = /read[-_]only\s*[=:]?\s*["']?(?:0|off|false|no)\b/i;

function settingOf(
  snapshot: Snapshot,
  { spec, object, path, namespace }: TemplateView,
): { words: string; evidence: readonly Evidence[] } | null {
  for (const container of spec.containers ?? []) {
    for (const field of ['args', 'command'] as const) {
      const text = container[field]?.find((entry) => SETTING.test(entry) && !OFF.test(entry));
      if (text)
        return {
          words: `; it is started with \`${SETTING.exec(text)?.[0] ?? text}\``,
          evidence: [citeField(object, `${path}.containers[name=${container.name}].${field}`)],
        };
    }
  }
  for (const { kind, name } of configNamesIn(spec)) {
    const map = kind === 'ConfigMap' ? snapshot.objects.get('ConfigMap', namespace, name) : undefined;
    const entry = Object.entries(map?.data ?? {}).find(
      ([, text]) => (SETTING.exec(text)?.index ?? 1e9) < 400 && !OFF.test(text),
    );
    if (map && entry)
      return {
        words: `; ${formatSubject(subjectOf(map))} says \`${SETTING.exec(entry[1])?.[0]}\``,
        evidence: [citeField(map, `data['${entry[0]}']`)],
      };
  }
  return null;
}
