/** Requests in one go, at most. */
const maxTogether = 64;
/** Goes at the same time: one that waits for a lock does not hold up all that come after it. */
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
  #scheduled = false;

  /** @param work gives one answer per request, in order */
  constructor(private readonly work: (requests: readonly Request[]) => Promise<readonly Answer[]>) {}

  add(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      if (this.#scheduled || this.#running >= maxRunning) return;
      this.#scheduled = true;
      // One turn of the event loop, so that what comes together goes together.
      setImmediate(() => {
        this.#scheduled = false;
        void this.#run();
      });
    });
  }

  async #run(): Promise<void> {
    if (this.#running >= maxRunning) return;
    this.#running += 1;
    while (this.#waiting.length > 0) await this.#go(this.#waiting.splice(0, maxTogether));
    this.#running -= 1;
  }

  async #go(together: readonly Waiting<Request, Answer>[]): Promise<void> {
    try {
      const answers = await this.work(together.map(({ request }) => request));
      together.forEach(({ resolve }, index) => resolve(answers[index]!));
    } catch (error) {
      if (together.length === 1) return together[0]!.reject(error);
      for (const one of together) void this.#go([one]);
    }
  }
}
