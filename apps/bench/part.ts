import type { PartResult } from './result.js';
import type { BenchSystem } from './system.js';

export interface PartContext {
  readonly system: BenchSystem;
  /** So small that it only shows that everything works. */
  readonly quick: boolean;
  /** What is being done right now, for the progress line. */
  readonly progress: (doing: string) => void;
}

/** One part of the measurement. */
export interface Part {
  readonly part: string;
  readonly title: string;
  /** Undefined when it cannot be measured here; `skipped` says why then. */
  run(context: PartContext): Promise<Omit<PartResult, 'part' | 'title'>>;
}
