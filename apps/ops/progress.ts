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

  /** @param total undefined when it is not known */
  constructor(
    private readonly what: string,
    private readonly total: number | undefined,
    private readonly output: ProgressOutput = process.stderr,
  ) {}

  at(done: number): void {
    this.#done = done;
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
    if (this.total === undefined) return '';
    const share = this.total === 0 ? 1 : Math.min(this.#done / this.total, 1);
    const filled = Math.round(share * width);
    return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${Math.floor(share * 100)} %  `;
  }
}

/** Positions are opaque. Where one ends in a number that counts events, it is read for the bar, and for nothing else. */
export const placeOf = (position: Position | undefined): number | undefined => {
  const [, place] = /^[^-]+-(\d{16})$/.exec(position ?? '') ?? [];
  return place === undefined ? undefined : Number(place);
};
