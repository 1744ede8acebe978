/** Text with tab-ended cells as Go's tabwriter aligns it: a column is as wide as the cells of the lines that touch. */
export function aligned(text: string, padding = 2): string {
  const rows = text.split('\n').map((line) => line.split('\t'));
  const widths = rows.map((): number[] => []);
  const measure = (from: number, to: number, column: number): void => {
    for (let row = from; row < to; row++) {
      if ((rows[row]?.length ?? 0) - 1 <= column) continue;
      let end = row;
      let width = 0;
      while (end < to && (rows[end]?.length ?? 0) - 1 > column) {
        width = Math.max(width, rows[end]?.[column]?.length ?? 0);
        end++;
      }
      for (let at = row; at < end; at++) widths[at]?.push(width === 0 ? 0 : width + padding);
      measure(row, end, column + 1);
      row = end - 1;
    }
  };
  measure(0, rows.length, 0);
  return rows
    .map((cells, row) => cells.map((cell, column) => cell.padEnd(widths[row]?.[column] ?? 0)).join(''))
    .join('\n');
}

/** A table as `kubectl get` prints it: three spaces between columns. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'No resources found';
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd((widths[column] ?? 0) + 3))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
