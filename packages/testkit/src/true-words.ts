import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import { subjectKey } from '@headwater/core/subject.ts';
import { type FixtureContent, fixtureInput } from './fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { checkClaim } from '@headwater/diagnosis/checker/claims.ts';
import { buildSnapshot, type Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { ANALYZERS } from '@headwater/diagnosis/analyzers/registry.gen.ts';

/** Words a real cluster printed, in the smallest cluster that can hold them, and what they must be read as. */
export interface TrueText {
  /** Catalog code. */
  readonly code: string;
  /** Project and thread the words come from. */
  readonly from: string;
  /** `null` when nothing is wrong. */
  readonly category: Category | null;
  /** `Kind/namespace/name`, the namespace empty when cluster-scoped. */
  readonly subject: string;
  readonly world: FixtureContent;
}

type TrueRow = readonly [
  code: string,
  from: string,
  category: Category | null,
  world: FixtureContent,
  /** The Deployment `web` when left out. */
  subject?: string,
];

/** A {@link TrueText} on one line. */
export function trueText(...[code, from, category, world, subject = 'Deployment/shop/web']: TrueRow): TrueText {
  return { code, from, category, subject, world };
}

/** Requires that of all causes any analyzer finds, the strongest is the expected one, and that its claim holds. */
export function testTrueTexts(section: string, texts: readonly TrueText[]): void {
  describe(`true words, ${section}`, () => {
    it.each(texts.map((text) => ({ ...text, label: `${text.code} ${text.category ?? 'nothing'}, ${text.from}` })))(
      '$label',
      ({ world, category, subject }) => {
        const snapshot = buildSnapshot(fixtureInput(world));
        const causes = causesIn(snapshot);
        expect(causes[0]?.told ?? 'nothing', causes.map(({ shown }) => shown).join('\n')).toBe(
          category === null ? 'nothing' : `${category} ${subject}`,
        );
        expect(causes[0]?.unproven ?? []).toEqual([]);
      },
    );
  });
}

function causesIn(snapshot: Snapshot): { told: string; shown: string; unproven: readonly unknown[] }[] {
  return ANALYZERS.flatMap((analyzer) => analyzer.analyze(snapshot))
    .filter(({ role }) => role === 'cause')
    .sort((left, right) => right.strength - left.strength)
    .map(({ category, subject, statement, evidence, strength, aliases = [], affects = [], blames = [], actor }) => {
      const subjects = [subject, ...aliases, ...affects, ...blames, ...(actor ? [actor] : [])];
      return {
        told: `${category} ${subjectKey(subject)}`,
        shown: `${strength} ${category} ${subjectKey(subject)}: ${statement}`,
        unproven: checkClaim(snapshot, { statement, subjects, evidence }),
      };
    });
}
