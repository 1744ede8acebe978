import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useT } from '../../i18n/language.tsx';
import { Time } from '../../ui/time.tsx';
import { EvidenceIcon, evidenceKind } from './evidence-kind.tsx';
import { EvidenceText } from './evidence-text.tsx';
import { useIncidentView } from './incident-context.tsx';

const SHOWN = 4;

/** The proof of the cause in its own words, a line each; a line opens the whole of it. */
export function EvidenceLines({ ids }: { readonly ids: readonly string[] }) {
  const t = useT();
  const { revision, numbers, openEvidence } = useIncidentView();
  const [all, setAll] = useState(false);
  const known = ids.flatMap((id) => {
    const evidence = revision?.body.evidence[id];
    return evidence ? [{ id, evidence }] : [];
  });
  const shown = all ? known : known.slice(0, SHOWN);
  if (known.length === 0) return null;
  return (
    <div>
      <h3 className="mb-1 text-xs font-medium text-subtle">{t('cause.evidence')}</h3>
      <ul className="overflow-hidden rounded-control border">
        {shown.map(({ id, evidence }) => (
          <li key={id} className="border-b last:border-0">
            <button
              type="button"
              data-evidence={id}
              onClick={() => openEvidence(id)}
              className="flex w-full items-start gap-2.5 px-3 py-2 text-left hover:bg-sunken focus-visible:-outline-offset-2"
            >
              <span className="mt-0.5 inline-flex w-9 shrink-0 items-center gap-1.5 text-xs text-accent-text tabular">
                <EvidenceIcon kind={evidence.kind} />
                {numbers.get(id)}
              </span>
              <span className="min-w-0 flex-1">
                <EvidenceText kind={evidence.kind} text={evidence.text} />
                <span className="mt-0.5 flex gap-2 text-xs text-subtle">
                  <span>{evidenceKind(t, evidence.kind)}</span>
                  <span>{evidence.source}</span>
                  {evidence.time && <Time at={evidence.time} as="clock" className="tabular" />}
                </span>
              </span>
              <ChevronRight size={15} aria-hidden className="mt-0.5 shrink-0 text-subtle" />
            </button>
          </li>
        ))}
      </ul>
      {known.length > SHOWN && (
        <button
          type="button"
          className="mt-1.5 text-[13px] text-accent-text hover:underline"
          onClick={() => setAll(!all)}
        >
          {all ? t('common.less') : t.count('common.moreCount', known.length - SHOWN)}
        </button>
      )}
    </div>
  );
}
