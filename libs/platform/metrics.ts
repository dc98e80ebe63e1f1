import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * For each label all the values that it may have: routes, codes, types, names of subscriptions. Whatever else comes is
 * counted as `other`, so that no id, name or number of anybody can become a label, whoever calls.
 */
export type ClosedLabels = Readonly<Record<string, ReadonlySet<string> | readonly string[]>>;
type ValuesOf<Labels extends ClosedLabels> = { readonly [Label in keyof Labels]: string | number };

export interface Instrument<Labels extends ClosedLabels> {
  /** Without the prefix `relocation_`. */
  readonly name: string;
  readonly help: string;
  readonly labels: Labels;
  /**
   * Samples of what officials and processes do to cases: those with the same labels are held back until the hour is over
   * and there are `fewestShown` of them, and then counted together. So no scrape says of fewer than that that they
   * happened, or of any in which minute.
   */
  readonly heldBack?: (labels: ValuesOf<Labels>) => boolean;
}

/** As many as disclosure control shows of persons (libs/access/disclosure-control.ts, which this lib may not import). */
export const fewestShown = 5;

/** What the parts of the system are counted with. The libs do not know it: they call back, and the apps count. */
export interface Meter {
  /** Counts up, by 1 unless told otherwise. */
  counter<Labels extends ClosedLabels>(
    instrument: Instrument<Labels>,
  ): (labels: ValuesOf<Labels>, by?: number) => void;
  /** @param instrument.buckets upper bounds, in the unit of the name */
  histogram<Labels extends ClosedLabels>(
    instrument: Instrument<Labels> & { readonly buckets: readonly number[] },
  ): (labels: ValuesOf<Labels>, value: number) => void;
  /** Asks at each scrape. What cannot be learnt is left out, so that nobody takes an old value for a new one. */
  gauge<Labels extends ClosedLabels>(
    instrument: Instrument<Labels>,
    read: () => Promise<readonly { readonly labels: ValuesOf<Labels>; readonly value: number }[]>,
  ): void;
}

/** Of what is not on a list. */
export const otherValue = 'other';

/** In seconds, from an append in memory to the longest wait of a caller. */
export const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Prometheus metrics of this process: the ones that are defined, and those of Node (memory, processor, event loop). */
export class Metrics implements Meter {
  readonly #registry = new Registry();
  readonly #turns: (() => void)[] = [];
  readonly #now: () => number;

  /** @param now in milliseconds: the clock by which an hour is over */
  constructor(now: () => number = Date.now) {
    this.#now = now;
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The text that Prometheus scrapes. */
  text(): Promise<string> {
    for (const turn of this.#turns) turn();
    return this.#registry.metrics();
  }

  counter<Labels extends ClosedLabels>(
    instrument: Instrument<Labels>,
  ): (labels: ValuesOf<Labels>, by?: number) => void {
    const counter = new Counter(this.#described(instrument));
    const closed = closing(instrument.labels);
    const holding = holdingBack(this.#now, (shown, samples) => {
      if (samples.length > 0) counter.inc(shown, samples.length);
    });
    this.#turns.push(holding.turn);
    return (labels, by = 1) => {
      const shown = closed(labels);
      if (instrument.heldBack?.(labels)) holding.keep(shown, 1, by);
      else counter.inc(shown, by);
    };
  }

  histogram<Labels extends ClosedLabels>(
    instrument: Instrument<Labels> & { readonly buckets: readonly number[] },
  ): (labels: ValuesOf<Labels>, value: number) => void {
    const histogram = new Histogram({ ...this.#described(instrument), buckets: [...instrument.buckets] });
    const closed = closing(instrument.labels);
    const holding = holdingBack(this.#now, (shown, samples) => {
      for (const sample of samples) histogram.observe(shown, sample);
    });
    this.#turns.push(holding.turn);
    return (labels, value) => {
      const shown = closed(labels);
      if (instrument.heldBack?.(labels)) holding.keep(shown, value);
      else histogram.observe(shown, value);
    };
  }

  gauge<Labels extends ClosedLabels>(
    instrument: Instrument<Labels>,
    read: () => Promise<readonly { readonly labels: ValuesOf<Labels>; readonly value: number }[]>,
  ): void {
    const closed = closing(instrument.labels);
    new Gauge({
      ...this.#described(instrument),
      async collect() {
        this.reset();
        const values = await read().catch(() => []);
        this.reset();
        for (const { labels, value } of values) this.set(closed(labels), value);
      },
    });
  }

  #described({ name, help, labels }: Pick<Instrument<ClosedLabels>, 'name' | 'help' | 'labels'>): {
    name: string;
    help: string;
    labelNames: string[];
    registers: Registry[];
  } {
    return {
      name: `relocation_${name}`,
      help,
      labelNames: Object.keys(labels),
      registers: [this.#registry],
    };
  }
}

const hourMs = 3_600_000;

type ShownLabels = Readonly<Record<string, string>>;

/**
 * Keeps samples by their labels until the hour is over in which they came. Then as many as go into fives are counted, and
 * the rest waits on: who looks at a dashboard all the time sees neither fewer nor in which minute.
 * @returns `keep` takes a sample; `turn` counts what may be counted, when the hour is over
 */
const holdingBack = (now: () => number, count: (labels: ShownLabels, samples: readonly number[]) => void) => {
  const held = new Map<string, { readonly labels: ShownLabels; readonly samples: number[] }>();
  const hourNow = (): number => Math.floor(now() / hourMs);
  let hour = hourNow();
  const turn = (): void => {
    if (hourNow() === hour) return;
    hour = hourNow();
    for (const { labels, samples } of held.values())
      count(labels, samples.splice(0, samples.length - (samples.length % fewestShown)));
  };
  return {
    turn,
    keep(labels: ShownLabels, sample: number, times = 1): void {
      turn();
      const key = JSON.stringify(labels);
      const kept = held.get(key) ?? { labels, samples: [] };
      held.set(key, kept);
      for (let time = 0; time < times; time += 1) kept.samples.push(sample);
    },
  };
};

const closing = <Labels extends ClosedLabels>(
  lists: Labels,
): ((values: ValuesOf<Labels>) => Record<string, string>) => {
  const known = Object.entries(lists).map(
    // A set is kept as it is: the routes come into it while the api is put together.
    ([label, list]) => [label, list instanceof Set ? list : new Set(list)] as const,
  );
  return (values) => {
    const closed: Record<string, string> = {};
    for (const [label, list] of known) {
      const value = String(values[label]);
      closed[label] = list.has(value) ? value : otherValue;
    }
    return closed;
  };
};

const appendOutcomes = ['appended', 'conflict', 'failed'] as const;

/**
 * What api and worker count of the log they append to, held back: beside the counts of commands an exact one would
 * give away what is held back of them. Handed to `observed()` and `openLog()` of libs/event-store.
 */
export const logMetrics = (
  meter: Meter,
): {
  readonly onAppend: (append: {
    readonly outcome: (typeof appendOutcomes)[number];
    readonly events: number;
    readonly seconds: number;
  }) => void;
  readonly onBatch: (batch: { readonly appends: number; readonly seconds: number }) => void;
} => {
  const seconds = meter.histogram({
    name: 'append_seconds',
    help: 'From the call of an append to its answer.',
    labels: { outcome: appendOutcomes },
    buckets: secondsBuckets,
    heldBack: ({ outcome }) => outcome !== 'failed',
  });
  // No histogram: how many events an append has says which command it may have been.
  const events = meter.counter({
    name: 'append_events_total',
    help: 'Events handed to appends.',
    labels: {},
    heldBack: () => true,
  });
  const conflicts = meter.counter({
    name: 'append_conflicts_total',
    help: 'Appends that came too late: somebody else had written to the stream.',
    labels: {},
    heldBack: () => true,
  });
  const batchAppends = meter.histogram({
    name: 'append_batch_appends',
    help: 'Appends that the store wrote in one commit.',
    labels: {},
    buckets: [1, 2, 4, 8, 16, 32, 64, 100],
    heldBack: () => true,
  });
  const batchSeconds = meter.histogram({
    name: 'append_batch_seconds',
    help: 'From sending a batch to its commit.',
    labels: {},
    buckets: secondsBuckets,
    heldBack: () => true,
  });
  return {
    onAppend: (append) => {
      seconds({ outcome: append.outcome }, append.seconds);
      events({}, append.events);
      if (append.outcome === 'conflict') conflicts({});
    },
    onBatch: (batch) => {
      batchAppends({}, batch.appends);
      batchSeconds({}, batch.seconds);
    },
  };
};
