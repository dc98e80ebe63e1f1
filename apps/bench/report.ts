import { isMet, marginOf, type Aim, type PartResult, rounded } from './result.js';

export interface Report {
  readonly startedAt: string;
  readonly quick: boolean;
  /** Versions and settings that the figures depend on. */
  readonly environment: Readonly<Record<string, string>>;
  readonly parts: readonly PartResult[];
  /** What was left out, and why. */
  readonly skipped: readonly string[];
}

const shown = (value: number | string): string =>
  typeof value === 'string' ? value : value.toLocaleString('en', { maximumFractionDigits: 2 });

const verdict = (aim: Aim): string => {
  const far = `${Math.abs(rounded(marginOf(aim), 1))} %`;
  return isMet(aim) ? `met, by ${far}` : `MISSED, by ${far}`;
};

/** The tables, for a screen. */
export const asText = ({ environment, parts, skipped }: Report): string => {
  const lines: string[] = Object.entries(environment).map(([name, value]) => `${name}: ${value}`);
  for (const { part, title, columns, rows, aims, notes } of parts) {
    const widths = [
      Math.max(...rows.map(({ name }) => name.length)),
      ...columns.map((column, index) =>
        Math.max(column.length, ...rows.map(({ values }) => shown(values[index] ?? '').length)),
      ),
    ];
    const line = (cells: readonly string[]): string =>
      cells
        .map((cell, index) => (index === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[index]!)))
        .join('  ');
    lines.push('', `(${part}) ${title}`, line(['', ...columns]));
    for (const { name, values } of rows) lines.push(line([name, ...values.map(shown)]));
    for (const aim of aims)
      lines.push(
        `  aim: ${aim.what} ${aim.direction} ${shown(aim.target)} ${aim.unit}: ` +
          `${shown(rounded(aim.measured, 2))} ${aim.unit}, ${verdict(aim)}`,
      );
    lines.push(...notes.map((note) => `  ${note}`));
  }
  if (skipped.length > 0) lines.push('', ...skipped);
  return lines.join('\n');
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const bar = { height: 16, gap: 6, left: 330, length: 420, width: 860 } as const;

/** Bars for every number of every table, each column to its own scale. */
export const asSvg = ({ parts, startedAt }: Report): string => {
  const shapes: string[] = [];
  let y = 30;
  const text = (x: number, at: number, content: string, weight = 'normal'): void => {
    shapes.push(`<text x="${x}" y="${at}" font-weight="${weight}">${escaped(content)}</text>`);
  };
  text(10, 20, `Relocation coordination, measured ${startedAt}`, 'bold');
  for (const { part, title, columns, rows, aims } of parts) {
    y += 30;
    text(10, y, `(${part}) ${title}`, 'bold');
    columns.forEach((column, index) => {
      const numbers = rows.flatMap(({ name, values }) => {
        const value = values[index];
        return typeof value === 'number' ? [{ name, value }] : [];
      });
      if (numbers.length === 0) return;
      const longest = Math.max(...numbers.map(({ value }) => value)) || 1;
      y += bar.height + bar.gap;
      text(10, y, column);
      for (const { name, value } of numbers) {
        y += bar.height + bar.gap;
        const length = Math.max(1, (value / longest) * bar.length);
        text(20, y, name);
        shapes.push(
          `<rect x="${bar.left}" y="${y - 12}" width="${rounded(length, 1)}" height="${bar.height}" fill="#4477aa"/>`,
        );
        text(bar.left + length + 6, y, shown(value));
      }
    });
    for (const aim of aims) {
      y += bar.height + bar.gap;
      text(20, y, `${aim.what} ${aim.direction} ${shown(aim.target)} ${aim.unit}: ${verdict(aim)}`);
    }
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${bar.width}" height="${y + 30}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="white"/>',
    ...shapes,
    '</svg>',
    '',
  ].join('\n');
};
