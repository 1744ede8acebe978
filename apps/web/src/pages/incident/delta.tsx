import { useT } from '../../i18n/language.tsx';
import { Section } from '../../ui/card.tsx';
import { Statement } from '../../ui/text.tsx';
import { useIncidentView } from './incident-context.tsx';

/** What this diagnosis says that the one before did not, and the other way round. */
export function Delta() {
  const t = useT();
  const { revision } = useIncidentView();
  const delta = revision?.delta;
  if (!delta) return null;
  const lists = [
    { sign: '+', label: t('delta.causesAdded'), lines: delta.causes.added },
    { sign: '-', label: t('delta.causesRemoved'), lines: delta.causes.removed },
    { sign: '+', label: t('delta.symptomsAdded'), lines: delta.symptoms.added },
    { sign: '-', label: t('delta.symptomsRemoved'), lines: delta.symptoms.removed },
  ].filter((list) => list.lines.length > 0);
  return (
    <Section id="delta" title={t('delta.title', { revision: delta.previousRevision })}>
      <div className="flex flex-col gap-2 px-4 py-3 text-[13px]">
        <p>
          <Statement text={delta.summary} />
        </p>
        {lists.map((list) => (
          <div key={list.label}>
            <p className="text-xs text-subtle">{list.label}</p>
            <ul>
              {list.lines.map((line) => (
                <li key={line} className={list.sign === '+' ? 'text-ok-text' : 'text-critical-text'}>
                  <span aria-hidden>{list.sign} </span>
                  <Statement text={line} />
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </Section>
  );
}
