import type { Position } from '#kernel';

/** Where a progress bar is drawn: the terminal, or a file that somebody reads later. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const width = 30;
/** A terminal is drawn anew this often, anything else told this often, in milliseconds. */
const redrawMs = 100;
const tellMs = 5_000;

/** A bar on standard error that says how far a long piece of work is: one line of a terminal, or now and then a line. */
export class Progress {
  readonly #startedAt = performance.now();
  #shownAt = -Infinity;
  #done = 0;
  /** Where it began: what was done before says nothing of the speed. */
  #first: number | undefined;
  #share: number | undefined;

  /** @param total undefined when it is not known */
  constructor(
    private readonly what: string,
    private readonly total: number | undefined,
    private readonly output: ProgressOutput = process.stderr,
  ) {}

  /** @param share of the whole, from 0 to 1, where it is known otherwise than by a total */
  at(done: number, share = this.total === undefined ? undefined : done / Math.max(this.total, 1)): void {
    this.#done = done;
    this.#share = share;
    this.#first ??= done;
    const now = performance.now();
    if (now - this.#shownAt < (this.output.isTTY ? redrawMs : tellMs)) return;
    this.#shownAt = now;
    this.#show('');
  }

  end(): void {
    this.#show('\n');
  }

  #show(end: string): void {
    const seconds = Math.max((performance.now() - this.#startedAt) / 1_000, 0.001);
    const perSecond = Math.round((this.#done - (this.#first ?? 0)) / seconds);
    const line = `${this.what}  ${this.#bar()}${this.#done}${this.total === undefined ? '' : ` of ${this.total}`}  ${perSecond}/s`;
    this.output.write(this.output.isTTY ? `\r\u001b[K${line}${end}` : `${line}\n`);
  }

  #bar(): string {
    if (this.#share === undefined) return '';
    const share = Math.min(this.#share, 1);
    const filled = Math.round(share * width);
    return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${Math.floor(share * 100)} %  `;
  }
}

/**
 * How far a position is on the way to the head. Positions are opaque: their digits, whether they count events or bytes,
 * are read for the bar, and for nothing else.
 */
export const shareOf = (position: Position, head: Position | undefined): number | undefined => {
  const digits = (of: Position | undefined) => /-(\d+)[^-]*$/.exec(of ?? '')?.[1];
  const [place, all] = [digits(position), digits(head)];
  return place === undefined || all === undefined ? undefined : Number(place) / Math.max(Number(all), 1);
};
