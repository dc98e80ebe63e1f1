import type { Command } from 'commander';

/** One verb of the command line. Each lies in its own file here, exports `verb`, and is found by that. */
export interface Verb {
  /** Adds the command with its options and what it does to the program. */
  register(program: Command): void;
}

/** Writes a line for people; what a tool is asked for goes to standard output. */
export const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Remarks by the way, so that the output of a tool can be piped. */
export const remark = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
