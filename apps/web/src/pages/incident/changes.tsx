import type { DiagnosedChange, Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { clsx } from 'clsx';
import { useState } from 'react';
import { span } from '../../format/time.ts';
import { useT } from '../../i18n/language.tsx';
import { Section } from '../../ui/card.tsx';
import { SubjectName } from '../../ui/subject.tsx';
import { Time } from '../../ui/time.tsx';

const SHOWN = 3;

/** What was altered before the onset, nearest first, with what exactly. */
export function Changes({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const t = useT();
  const [all, setAll] = useState(false);
  const { changes } = diagnosis;
  if (changes.length === 0) return null;
  const blamed = new Set(diagnosis.causes.map((cause) => cause.change));
  const ordered = relatedFirst(changes);
  const shown = all ? ordered : ordered.slice(0, Math.max(1, Math.min(SHOWN, ordered.filter(isRelated).length)));
  return (
    <Section id="changes" title={t('changes.title')} count={changes.length}>
      <ul>
        {shown.map((change) => (
          <ChangeItem key={change.id} change={change} onset={diagnosis.onset} blamed={blamed.has(change.id)} />
        ))}
      </ul>
      {changes.length > shown.length || all ? (
        <button
          type="button"
          className="px-4 py-2.5 text-[13px] text-accent-text hover:underline"
          onClick={() => setAll(!all)}
        >
          {all ? t('common.less') : t.count('common.moreCount', changes.length - shown.length)}
        </button>
      ) : null}
    </Section>
  );
}

/** The engine says of each change how it stands to the incident; one on no path to it is background. */
function isRelated(change: DiagnosedChange): boolean {
  return !change.relevance.includes('no path');
}

function relatedFirst(changes: readonly DiagnosedChange[]): DiagnosedChange[] {
  return [...changes.filter(isRelated), ...changes.filter((change) => !isRelated(change))];
}

interface ChangeItemProps {
  readonly change: DiagnosedChange;
  readonly onset: string | null;
  readonly blamed: boolean;
}

/** `7m before the onset`, `at the onset`, `2m after`: where a change stands to the beginning of the trouble. */
function useDistance(): (change: DiagnosedChange, onset: string | null) => string | null {
  const t = useT();
  return (change, onset) => {
    const before = onset === null ? Number.NaN : Date.parse(onset) - Date.parse(change.time);
    if (Number.isNaN(before)) return null;
    if (Math.abs(before) < 1_000) return t('changes.at');
    const distance = span(Math.abs(before), t.language);
    return before > 0 ? t('changes.before', { distance }) : t('changes.after', { distance });
  };
}

function ChangeItem({ change, onset, blamed }: ChangeItemProps) {
  const t = useT();
  const distance = useDistance()(change, onset);
  // `17m before the onset, on the cause itself`: the distance is said beside the title.
  const [, relation] = /, (.+)$/.exec(change.relevance) ?? [];
  return (
    <li className={clsx('border-b px-4 py-3 last:border-0', blamed && 'bg-accent-tint/40')}>
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <span className="font-medium foreign">{change.title}</span>
        {blamed && (
          <span className="rounded-[5px] bg-accent-tint px-1.5 text-xs font-semibold text-accent-text">
            {t('changes.blamed')}
          </span>
        )}
        <span className="ml-auto text-xs whitespace-nowrap text-subtle">
          {distance} · <Time at={change.time} as="clock" className="tabular" />
        </span>
      </div>
      {change.subject && (
        <p className="text-[13px]">
          <SubjectName subject={change.subject} />
          {relation && <span className="text-subtle"> · {relation}</span>}
        </p>
      )}
      {change.diff && change.diff.length > 0 && <Diff lines={change.diff} />}
    </li>
  );
}

function Diff({ lines }: { readonly lines: NonNullable<DiagnosedChange['diff']> }) {
  const t = useT();
  return (
    <ul className="mt-2 overflow-hidden rounded-control border text-xs">
      {lines.map((line) => (
        <li key={line.path} className="border-b last:border-0">
          <p className="bg-sunken px-3 py-1 font-mono text-muted foreign">{line.path}</p>
          {line.before !== undefined && (
            <p className="flex gap-2 bg-critical-tint/60 px-3 py-1 font-mono text-critical-text">
              <span aria-hidden>-</span>
              <span className="sr-only">{t('changes.was')}</span>
              <span className="foreign">{line.before}</span>
            </p>
          )}
          {line.after !== undefined && (
            <p className="flex gap-2 bg-ok-tint/60 px-3 py-1 font-mono text-ok-text">
              <span aria-hidden>+</span>
              <span className="sr-only">{t('changes.is')}</span>
              <span className="foreign">{line.after}</span>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
