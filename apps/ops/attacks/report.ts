/** What was tried, and what opened. */
export class Report {
  #tried = 0;
  #opened = 0;
  #blind: string[] = [];

  constructor(private readonly say: (line: string) => void) {}

  step(what: string): void {
    this.say(`\n${what}`);
  }

  /** An attack. It fails the drill when anything opened. */
  attack(what: string, tried: number, opened: number): void {
    this.#tried += tried;
    this.#opened += opened;
    this.say(`  tried ${String(tried).padStart(9)}   opened ${opened}   ${what}`);
  }

  /** The same attack with what the attacker does not have: it must open something, or it proves nothing. */
  control(what: string, opened: number): void {
    if (opened === 0) this.#blind.push(what);
    this.say(`  control: ${opened > 0 ? `opens ${opened}` : 'OPENS NOTHING'}   ${what}`);
  }

  /** True when nothing opened, and every attack was shown to be able to. */
  get holds(): boolean {
    return this.#opened === 0 && this.#blind.length === 0 && this.#tried > 0;
  }

  end(): void {
    this.say(
      `\n${this.#tried} attempts, ${this.#opened} opened.${this.#blind.map((what) => ` Blind: ${what}.`).join('')}`,
    );
  }
}
