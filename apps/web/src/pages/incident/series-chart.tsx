import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { useT } from '../../i18n/language.tsx';
import { clock } from '../../format/time.ts';
import { useNow } from '../../platform/clock.ts';
import { axisNumber, seriesShape } from './series-path.ts';

const BOX = { width: 520, height: 110 };

/** A measured series, small: its shape, its bounds, its window. */
export function SeriesChart({ series }: { readonly series: NonNullable<Evidence['series']> }) {
  const t = useT();
  const now = useNow();
  const shape = seriesShape(series.samples, BOX);
  const first = series.samples[0]?.[0];
  const last = series.samples.at(-1)?.[0];
  if (!shape || first === undefined || last === undefined) return null;
  // Recordings keep Prometheus' own seconds; everything else is in milliseconds.
  const unit = last < 100_000_000_000 ? 1_000 : 1;
  const [from, to] = [clock(first * unit, now, t.language), clock(last * unit, now, t.language)];
  const [min, max] = [axisNumber(shape.min, t.language), axisNumber(shape.max, t.language)];
  return (
    <figure>
      <svg
        role="img"
        aria-label={t('evidence.chart', { from, to, min, max })}
        viewBox={`0 -4 ${BOX.width} ${BOX.height + 8}`}
        preserveAspectRatio="none"
        className="h-28 w-full rounded-control border bg-surface"
      >
        <path d={shape.area} className="fill-accent/10" />
        <path
          d={shape.line}
          fill="none"
          strokeWidth="1.75"
          vectorEffect="non-scaling-stroke"
          className="stroke-accent"
        />
      </svg>
      <figcaption className="mt-1 flex justify-between text-xs text-subtle tabular">
        <span>{from}</span>
        <span>
          {min} – {max}
        </span>
        <span>{to}</span>
      </figcaption>
    </figure>
  );
}
