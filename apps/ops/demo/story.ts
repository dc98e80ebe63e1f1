/** What a scenario says did not hold. */
export class DoesNotHold extends Error {
  override readonly name = 'DoesNotHold';
}

/** Tells a scenario step by step and checks what it says. */
export class Story {
  #checks = 0;

  constructor(
    private readonly say: (line: string) => void,
    private readonly now: () => Date,
  ) {}

  get checks(): number {
    return this.#checks;
  }

  /** Something happened. */
  step(what: string): void {
    this.say(`\n  ${this.now().toISOString().slice(0, 16).replace('T', ' ')}  ${what}`);
  }

  /** What somebody sees now; nothing is a fact, too. */
  sees(who: string, what: object | string): void {
    const text =
      typeof what === 'string'
        ? what
        : Object.entries(what)
            .filter(([, value]) => value !== undefined && value !== null)
            .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
            .join(', ');
    this.say(`      ${who.padEnd(22)} ${text || 'nothing'}`);
  }

  /** What the scenario says about who sees what. @throws DoesNotHold */
  holds(claim: string, truth: boolean): void {
    if (!truth) throw new DoesNotHold(claim);
    this.#checks += 1;
    this.say(`      holds: ${claim}`);
  }

  /** None of these texts stands in what was seen. @throws DoesNotHold without repeating the text */
  hidden(claim: string, seen: unknown, secrets: readonly string[]): void {
    const text = typeof seen === 'string' ? seen : JSON.stringify(seen);
    this.holds(claim, !secrets.some((secret) => text.includes(secret)));
  }
}
