/** Rows under their columns, numbers to the right. */
export function formatTable(rows: Record<string, string | number>[]): string {
  if (!rows.length) return '(nothing)';
  const columns = Object.keys(rows[0]);
  const width = (column: string) =>
    Math.max(
      column.length,
      ...rows.map(row => String(row[column] ?? '').length),
    );
  const line = (cell: (column: string) => string | number) =>
    columns
      .map(column => {
        const value = cell(column);
        return typeof value === 'number'
          ? String(value).padStart(width(column))
          : value.padEnd(width(column));
      })
      .join('  ')
      .trimEnd();
  return [
    line(column => column),
    line(column => '-'.repeat(width(column))),
    ...rows.map(row => line(column => row[column] ?? '')),
  ].join('\n');
}
