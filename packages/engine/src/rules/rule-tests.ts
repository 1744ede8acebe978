import type { RuleTest } from '@headwater/contracts/rules/rule.ts';
import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { messageOf } from '@headwater/core/errors.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { checkClaim } from '@headwater/diagnosis/checker/claims.ts';
import type { Finding } from '@headwater/diagnosis/finding.ts';
import { LogDigester } from '@headwater/diagnosis/logs/digest.ts';
import { emptyInput, type SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import type { LoadedRule } from './read-rules.ts';

/** How one test beside a rule went; no failures when it passed. */
export interface RuleTestResult {
  readonly rule: string;
  readonly test: string;
  readonly failures: readonly string[];
}

const DEFAULT_NOW = '2026-03-01T12:00:00Z';

/** Runs the tests beside a rule. */
export function testRule({ rule, analyzer }: LoadedRule): RuleTestResult[] {
  return rule.tests.map((test) => {
    const result = { rule: rule.name, test: test.name };
    try {
      const snapshot = buildSnapshot(inputOf(test));
      const findings = analyzer.analyze(snapshot);
      const refused = findings.flatMap((finding) =>
        checkClaim(snapshot, {
          statement: finding.statement,
          subjects: [finding.subject],
          evidence: finding.evidence,
        }).map((reason) => `the claim checker drops "${finding.statement}": ${reason}`),
      );
      return { ...result, failures: [...missesOf(test, findings), ...refused] };
    } catch (error) {
      return { ...result, failures: [messageOf(error)] };
    }
  });
}

function missesOf({ expect }: RuleTest, findings: readonly Finding[]): string[] {
  const left = [...findings];
  const missing = expect.flatMap(({ subject, says }) => {
    const index = left.findIndex(
      (finding) => namesOf(finding).includes(subject) && (!says || finding.statement.includes(says)),
    );
    if (index < 0)
      return [`no finding about ${subject}${says ? ` says "${says}"` : ''}; findings: ${describe(findings)}`];
    left.splice(index, 1);
    return [];
  });
  return [...missing, ...left.map((finding) => `nobody expected ${describe([finding])}`)];
}

function namesOf({ subject: { kind, namespace, name } }: Finding): string[] {
  return [
    formatSubject({ kind, name, ...(namespace ? { namespace } : {}) }),
    [kind, namespace, name].filter(Boolean).join('/'),
  ];
}

function describe(findings: readonly Finding[]): string {
  return findings.map(({ subject, statement }) => `${formatSubject(subject)}: ${statement}`).join('; ') || 'none';
}

function inputOf({ now: text, given }: RuleTest): SnapshotInput {
  const now = parseTime(text ?? DEFAULT_NOW) ?? 0;
  const objects = given.objects.flatMap((value) => {
    const { object } = parseObject({ apiVersion: 'v1', ...value });
    return object ? [object] : [];
  });
  const logs = given.logs.map(({ lines, ...identity }) => {
    const digester = new LogDigester(identity);
    for (const line of lines) digester.push(line);
    return digester.finish();
  });
  const metrics = given.metrics.map(({ labels, values }) => ({
    labels,
    samples: values.map((value, index) => [now - (values.length - 1 - index) * MINUTE, value] as const),
  }));
  const changes = given.changes.map(({ time, title, kind, subject }) => {
    const [objectKind = '', namespace, name] = subject?.split('/') ?? [];
    return {
      time: parseTime(time) ?? now,
      title,
      kind,
      source: 'test',
      ...(name ? { subject: { kind: objectKind, name, ...(namespace ? { namespace } : {}) } } : {}),
    };
  });
  const kinds = [...new Set(objects.map(({ kind }) => kind))];
  return {
    ...emptyInput(now),
    objects,
    logs,
    metrics,
    changes,
    coverage: kinds.map((kind) => ({ kind, state: 'read' })),
  };
}
