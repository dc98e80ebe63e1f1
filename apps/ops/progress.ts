import type { Position } from '#kernel';

/** How often a line is written where no bar can be drawn, and how often the bar is drawn, in milliseconds. */
const lineEveryMs = 5_000;
const barEveryMs = 200;
const width = 30;

/**
 * Says on standard error how far a long task through the log has come: a bar on a terminal, a line every few seconds
 * where the output goes elsewhere.
 */
export class Progress {
  #shownAt = performance.now();
  #text = '';
  readonly #began = performance.now();

  /** @param head where the log ended when the task began */
  constructor(
    private readonly task: string,
    private readonly head: Position | undefined,
    private readonly stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> = process.stderr,
  ) {}

  /** @param events that were read so far, the last of them at this position */
  show(events: number, position: Position): void {
    const now = performance.now();
    const share = shareOf(position, this.head);
    const rate = Math.round(events / Math.max((now - this.#began) / 1_000, 0.001));
    this.#text = [
      this.task,
      ...(share === undefined ? [] : [`${Math.floor(share * 100)} %`]),
      `${events.toLocaleString('en')} events`,
      `${rate.toLocaleString('en')}/s`,
    ].join('  ');
    if (now - this.#shownAt < (this.stream.isTTY ? barEveryMs : lineEveryMs)) return;
    this.#shownAt = now;
    this.#write(share);
  }

  /** The last line stays. */
  end(): void {
    if (this.#text !== '') this.#write(1);
    if (this.#text !== '' && this.stream.isTTY) this.stream.write('\n');
  }

  #write(share: number | undefined): void {
    if (!this.stream.isTTY) return void this.stream.write(`${this.#text}\n`);
    const filled = Math.round((share ?? 0) * width);
    const bar = share === undefined ? '' : `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] `;
    this.stream.write(`\r\u001b[K${bar}${this.#text}`);
  }
}

/** Positions are opaque. Where one ends in a number that counts events, it is read for the bar, and for nothing else. */
const shareOf = (position: Position, head: Position | undefined): number | undefined => {
  const place = /-(\d{16})$/.exec(position)?.[1];
  const all = head && /-(\d{16})$/.exec(head)?.[1];
  return place && all ? Math.min(Number(place) / Math.max(Number(all), 1), 1) : undefined;
};
