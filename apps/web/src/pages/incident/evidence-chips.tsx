import { useT } from '../../i18n/language.tsx';
import { Tip } from '../../ui/tip.tsx';
import { EvidenceIcon, evidenceKind } from './evidence-kind.tsx';
import { useIncidentView } from './incident-context.tsx';

const TIP_LENGTH = 160;

/** The proof of one claim, one chip each; a chip opens what was read. */
export function EvidenceChips({ ids }: { readonly ids: readonly string[] }) {
  const { revision } = useIncidentView();
  const known = ids.filter((id) => revision?.body.evidence[id]);
  if (known.length === 0) return null;
  return (
    <span className="ml-1 inline-flex flex-wrap gap-1 align-middle">
      {known.map((id) => (
        <EvidenceChip key={id} id={id} />
      ))}
    </span>
  );
}

function EvidenceChip({ id }: { readonly id: string }) {
  const t = useT();
  const { revision, numbers, openEvidence } = useIncidentView();
  const evidence = revision?.body.evidence[id];
  if (!evidence) return null;
  const number = numbers.get(id) ?? 0;
  return (
    <Tip text={evidence.text.slice(0, TIP_LENGTH)}>
      <button
        type="button"
        data-evidence={id}
        aria-label={t('evidence.open', { number, kind: evidenceKind(t, evidence.kind) })}
        onClick={() => openEvidence(id)}
        className="inline-flex h-[22px] min-w-6 items-center gap-1 rounded-[5px] border border-control/50 bg-surface px-1.5 text-xs text-accent-text tabular hover:border-accent hover:bg-accent-tint"
      >
        <EvidenceIcon kind={evidence.kind} size={12} />
        {number}
      </button>
    </Tip>
  );
}
