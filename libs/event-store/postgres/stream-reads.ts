/** What a read of a stream asks for first: where to begin, and how much at most. */
export interface FirstPageRequest {
  readonly stream: string;
  readonly from: number;
  readonly size: number;
}

/** Rows of one stream, and its head in the same snapshot; null when there is no such stream. */
export interface FirstPage<Row> {
  readonly head: number | null;
  readonly rows: readonly Row[];
}

interface Waiting<Row> extends FirstPageRequest {
  readonly resolve: (page: FirstPage<Row>) => void;
  readonly reject: (error: unknown) => void;
}

/** Streams per query, at most. */
const maxTogether = 64;
/** Rows per stream where several are asked for together; a longer stream goes on by itself. */
const rowsTogether = 100;
/**
 * How long one may run before another starts beside it, in milliseconds: the fewer there are, the more each carries, and
 * one that waits for a lock or reads long streams does not hold up all that come after it.
 */
const patienceMs = 20;
const maxRunning = 2;

/**
 * First pages of streams, many in one query: while one query runs the next collects, as appends do. Each read begins
 * after it was asked for, so none gives less than was committed by then.
 */
export class StreamReads<
  Row extends { readonly n: string; readonly head: number | null; readonly id: string | null },
> {
  #waiting: Waiting<Row>[] = [];
  #running = 0;
  #starting = false;
  #impatient: NodeJS.Timeout | undefined;

  /** @param query gives the rows of all streams asked for, each with the place of its request (from 1) */
  constructor(
    private readonly query: (
      streams: readonly string[],
      froms: readonly number[],
      sizes: readonly number[],
    ) => Promise<readonly Row[]>,
  ) {}

  read(request: FirstPageRequest): Promise<FirstPage<Row>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...request, resolve, reject });
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

  async #go(together: readonly Waiting<Row>[]): Promise<void> {
    if (together.length === 0) return;
    const most = together.length === 1 ? Infinity : rowsTogether;
    try {
      const rows = await this.query(
        together.map(({ stream }) => stream),
        together.map(({ from }) => from),
        together.map(({ size }) => Math.min(size, most)),
      );
      const pages = together.map((): { head: number | null; rows: Row[] } => ({ head: null, rows: [] }));
      for (const row of rows) {
        const page = pages[Number(row.n) - 1];
        if (!page) continue;
        page.head = row.head;
        // A row of nulls stands for a stream that has nothing in the range asked for.
        if (row.id !== null) page.rows.push(row);
      }
      together.forEach(({ resolve }, index) => resolve(pages[index]!));
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  }
}
