/** Requests in one go, at most. */
const maxTogether = 64;
/**
 * How long one may run before another starts beside it, in milliseconds: the fewer there are, the more each carries, and
 * one that waits for a lock or reads long streams does not hold up all that come after it.
 */
const patienceMs = 20;
const maxRunning = 2;

interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects what is asked for while a go is under way and sends it together: one statement, one commit. A go that fails
 * is repeated request by request, so that one that cannot be carried out spoils only itself: the work must be all or
 * nothing, and harmless to repeat.
 */
export class Together<Request, Answer> {
  #waiting: Waiting<Request, Answer>[] = [];
  #running = 0;
  #starting = false;
  #impatient: NodeJS.Timeout | undefined;

  /** @param work gives one answer per request, in order */
  constructor(private readonly work: (requests: readonly Request[]) => Promise<readonly Answer[]>) {}

  add(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#running === 0) {
      if (this.#starting) return;
      this.#starting = true;
      // One turn of the event loop, so that what is asked for together goes together.
      setImmediate(() => {
        this.#starting = false;
        void this.#run();
      });
    } else if (this.#running < maxRunning)
      this.#impatient ??= setTimeout(() => {
        this.#impatient = undefined;
        void this.#run();
      }, patienceMs);
  }

  async #run(): Promise<void> {
    // The first goes on while there is something; one that came beside it goes once.
    const beside = this.#running > 0;
    if (this.#running >= maxRunning) return;
    this.#running += 1;
    do await this.#go(this.#waiting.splice(0, maxTogether));
    while (this.#waiting.length > 0 && !beside);
    this.#running -= 1;
    this.#rest();
  }

  /** When nothing runs, nobody is impatient; and what came in the last moment is started. */
  #rest(): void {
    if (this.#running > 0) return;
    clearTimeout(this.#impatient);
    this.#impatient = undefined;
    if (this.#waiting.length > 0) this.#schedule();
  }

  async #go(together: readonly Waiting<Request, Answer>[]): Promise<void> {
    if (together.length === 0) return;
    try {
      const answers = await this.work(together.map(({ request }) => request));
      together.forEach(({ resolve }, index) => resolve(answers[index]!));
    } catch (error) {
      if (together.length === 1) return together[0]!.reject(error);
      for (const one of together) void this.#go([one]);
    }
  }
}
