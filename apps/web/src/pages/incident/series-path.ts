export type Sample = readonly [number, number];

interface Box {
  readonly width: number;
  readonly height: number;
}

export interface SeriesShape {
  readonly line: string;
  readonly area: string;
  readonly min: number;
  readonly max: number;
}

/** A series as SVG paths that fill a box; a flat series runs through its middle. */
export function seriesShape(samples: readonly Sample[], { width, height }: Box): SeriesShape | null {
  const finite = samples.filter(([, value]) => Number.isFinite(value));
  const [first] = finite;
  const last = finite.at(-1);
  if (!first || !last) return null;
  const values = finite.map(([, value]) => value);
  const min = Math.min(...values);
  const max = Math.max(...values);
  const spanX = last[0] - first[0] || 1;
  const x = (at: number): string => (((at - first[0]) / spanX) * width).toFixed(1);
  const y = (value: number): string =>
    (max === min ? height / 2 : height - ((value - min) / (max - min)) * height).toFixed(1);
  const line = finite.map(([at, value], index) => `${index === 0 ? 'M' : 'L'}${x(at)} ${y(value)}`).join('');
  return { line, area: `${line}L${width} ${height}L0 ${height}Z`, min, max };
}

/** A number short enough for an axis: three significant digits, with the unit letters of the language. */
export function axisNumber(value: number, language: string): string {
  const compact = Math.abs(value) >= 10_000 ? ({ notation: 'compact' } as const) : {};
  return new Intl.NumberFormat(language, { maximumSignificantDigits: 3, ...compact }).format(value);
}
