import { readdirSync } from 'node:fs';
import { Command } from 'commander';
import { runProgram } from '#platform';
import type { Verb } from './verb.js';

/** The command line: `npm run ops -- <verb>`. Errors are one sentence that says what to do, never a stack. */
const main = async (): Promise<void> => {
  const program = new Command('ops')
    .description('Tools of the relocation coordination system.')
    .showSuggestionAfterError()
    .showHelpAfterError('Run "npm run ops -- --help" for the verbs.');
  const files = readdirSync(new URL('.', import.meta.url))
    .filter((name) => name.endsWith('.js') && name !== 'main.js' && !name.includes('.spec.'))
    .sort();
  // A verb that is named is loaded alone: most of what a short tool takes is reading what the others need.
  const named = `${process.argv[2]}.js`;
  for (const file of files.includes(named) ? [named] : files) {
    const module = (await import(new URL(file, import.meta.url).href)) as { verb?: Verb };
    module.verb?.register(program);
  }
  await program.parseAsync();
};

await runProgram(main);
