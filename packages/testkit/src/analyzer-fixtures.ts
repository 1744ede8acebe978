import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isCategory } from '@headwater/contracts/diagnosis/categories.ts';
import { subjectKey } from '@headwater/core/subject.ts';
import { checkClaim } from '@headwater/diagnosis/checker/claims.ts';
import type { Analyzer, Finding } from '@headwater/diagnosis/finding.ts';
import { buildSnapshot, type Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type FixtureContent, fixtureInput } from './fixture-snapshot.ts';

interface ExpectedFinding {
  readonly code: string;
  /** `Kind/namespace/name`, the namespace empty when cluster-scoped. */
  readonly subject: string;
  /** Texts that must stand in the statement or its evidence. */
  readonly says?: readonly string[];
  readonly role?: Finding['role'];
  /** `Kind/namespace/name` of who did it; null where nobody may be named. */
  readonly actor?: string | null;
}

interface Fixture extends FixtureContent {
  readonly expect?: readonly ExpectedFinding[];
}

/**
 * Runs every file of an analyzer's `fixtures/`: `positive-*.yaml` must give exactly the expected findings, `negative-*` and
 * `lookalike-*` must give none, and every finding must survive the claim checker.
 */
export function testAnalyzer(analyzer: Analyzer, directory: string): void {
  const files = readdirSync(join(directory, 'fixtures'))
    .filter((file) => file.endsWith('.yaml'))
    .sort();
  describe(`analyzer ${analyzer.name}`, () => {
    it('has positive, negative and look-alike fixtures', () => {
      for (const prefix of ['positive-', 'negative-', 'lookalike-'])
        expect(
          files.filter((file) => file.startsWith(prefix)),
          prefix,
        ).not.toEqual([]);
      expect(analyzer.name).toBe(basename(directory));
    });
    it.each(files)('%s', (file) => runFixture(analyzer, join(directory, 'fixtures', file), file));
  });
}

function runFixture(analyzer: Analyzer, path: string, file: string): void {
  const fixture = parse(readFileSync(path, 'utf8')) as Fixture;
  const snapshot = buildSnapshot(fixtureInput(fixture));
  const findings = analyzer.analyze(snapshot);
  for (const finding of findings) assertSound(snapshot, analyzer, finding);
  const expected = fixture.expect ?? [];
  if (file.startsWith('positive-')) expect(expected, 'a positive fixture names what it expects').not.toEqual([]);
  expect(findings.map(({ code, subject }) => `${code} ${subjectKey(subject)}`).sort()).toEqual(
    expected.map(({ code, subject }) => `${code} ${subject}`).sort(),
  );
  for (const wanted of expected) {
    const found = findings.find(({ code, subject }) => code === wanted.code && subjectKey(subject) === wanted.subject);
    const text = `${found?.statement}\n${found?.evidence.map((evidence) => evidence.text).join('\n')}`;
    for (const part of wanted.says ?? []) expect(text).toContain(part);
    if (wanted.role) expect(found?.role).toBe(wanted.role);
    if (wanted.actor !== undefined) expect(found?.actor ? subjectKey(found.actor) : null).toBe(wanted.actor);
  }
}

function assertSound(snapshot: Snapshot, analyzer: Analyzer, finding: Finding): void {
  expect(Object.keys(analyzer.codes)).toContain(finding.code);
  expect(isCategory(finding.category), finding.category).toBe(true);
  expect(finding.strength).toBeGreaterThan(0);
  expect(finding.strength).toBeLessThanOrEqual(1);
  const subjects = [
    finding.subject,
    ...(finding.aliases ?? []),
    ...(finding.blames ?? []),
    ...(finding.affects ?? []),
    ...(finding.actor ? [finding.actor] : []),
  ];
  expect(
    checkClaim(snapshot, { statement: finding.statement, subjects, evidence: finding.evidence }),
    finding.statement,
  ).toEqual([]);
  for (const fact of finding.ruledOut ?? []) {
    const about = fact.subject ? [fact.subject, ...subjects] : subjects;
    expect(
      checkClaim(snapshot, { statement: fact.statement, subjects: about, evidence: fact.evidence }),
      fact.statement,
    ).toEqual([]);
  }
}
