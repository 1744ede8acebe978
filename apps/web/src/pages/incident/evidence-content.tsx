import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { useT } from '../../i18n/language.tsx';
import { SeriesChart } from './series-chart.tsx';

interface EvidenceContentProps {
  readonly series: Evidence['series'] | undefined;
  readonly content: unknown;
}

function seriesIn(content: unknown): Evidence['series'] | undefined {
  const held = (content as { series?: Evidence['series'] } | null | undefined)?.series;
  return Array.isArray(held?.samples) ? held : undefined;
}

/** Everything that was read beyond its one line: a series as a chart, an object as its text. */
export function EvidenceContent({ series, content }: EvidenceContentProps) {
  const t = useT();
  const drawn = series ?? seriesIn(content);
  if (drawn && drawn.samples.length > 1) return <SeriesChart series={drawn} />;
  if (content === null || content === undefined) return null;
  return (
    <details className="rounded-control border">
      <summary className="px-3 py-2 text-[13px] text-muted">{t('evidence.whole')}</summary>
      <pre className="max-h-96 overflow-y-auto border-t p-3 text-xs whitespace-pre-wrap foreign">
        {typeof content === 'string' ? content : JSON.stringify(content, null, 2)}
      </pre>
    </details>
  );
}
